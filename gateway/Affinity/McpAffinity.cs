using Yarp.ReverseProxy.Model;

namespace SseGateway.Affinity;

/// <summary>
/// Leads the requests of a session of the Model Context Protocol back to the destination that has issued it, where there are several.
/// </summary>
/// <remarks>
/// A step of YARP's pipeline, after <see cref="Hosting.Failover"/>, which may so try another destination when that one is gone: its 404 is how a
/// client learns that the session is over. YARP's own session affinity has to be set for each cluster, and adds cookies or headers of its own.
/// </remarks>
internal sealed class McpAffinity(RequestDelegate next, McpSessions sessions)
{
    public const string Field = "Mcp-Session-Id";

    public Task InvokeAsync(HttpContext context) =>
        context.GetReverseProxyFeature() is { AvailableDestinations.Count: > 1 } proxy
        && context.Request.Headers.TryGetValue(Field, out var values)
        && values is [{ } session]
            ? InvokeAsync(context, proxy, session) : next(context);

    private async Task InvokeAsync(HttpContext context, IReverseProxyFeature proxy, string session)
    {
        if (await sessions.FindAsync(proxy.Cluster.Config.ClusterId, session) is { } issuer
            && proxy.AvailableDestinations.FirstOrDefault(destination => destination.DestinationId == issuer) is { } destination)
        {
            proxy.AvailableDestinations = [destination];
        }

        await next(context);
    }
}
