using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Affinity;

/// <summary>Takes note of the sessions that answers begin.</summary>
internal sealed class McpSessionTransform(McpSessions sessions) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { IsSuccessStatusCode: true } answer
            && answer.Headers.NonValidated.TryGetValues(McpAffinity.Field, out var values)
            && values.Count == 1
            && context.HttpContext.GetReverseProxyFeature() is { AllDestinations.Count: > 1, ProxiedDestination: { } issuer } proxy)
        {
            // Before the client has it: its next request may come to another gateway.
            await sessions.NoteAsync(proxy.Cluster.Config.ClusterId, values.ToString(), issuer.DestinationId);
        }
    }
}
