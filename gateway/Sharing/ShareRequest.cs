using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Admission;
using SseGateway.Transport.Http;

namespace SseGateway.Sharing;

/// <summary>
/// The request that is made upstream for all clients of a shared stream: what they have in common. Nothing else of the first client's is kept, no
/// cookie, no credential, no cursor.
/// </summary>
internal sealed class ShareRequest
{
    private readonly PathString _path;
    private readonly RouteValueDictionary _routeValues;

    // Of the client that has it dialled first: no part of what is asked for, but without it a loop of gateways would wait for itself.
    private readonly StringValues _gateways;

    public ShareRequest(HttpContext context, RouteSettings settings)
    {
        var request = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        (Scheme, Host, Method) = (request.Scheme, request.Host.Value?.ToLowerInvariant() ?? "", request.Method);
        (PathBase, _path, RawPath) = (request.PathBase.Value ?? "", request.Path, question < 0 ? target : target[..question]);

        // The credential has been taken out by then; the cursor is not part of what is asked for.
        Query = settings.Sharing.IgnoreQuery.Remove(settings.CursorNames.Remove(request.QueryString)).Value ?? "";
        _routeValues = new RouteValueDictionary(request.RouteValues);
        Fields = [.. Shared(context, settings.Sharing.ShareBy)];
        _gateways = Via.Gateways(request.Headers.Via);
    }

    public string Scheme { get; }

    public string Host { get; }

    public string Method { get; }

    public string PathBase { get; }

    /// <summary>As the client wrote it: what is equivalent for the gateway need not be so for the upstream.</summary>
    public string RawPath { get; }

    public string Query { get; }

    /// <summary>The header fields that stand for <see cref="SharingSettings.ShareBy"/>, by which the upstream learns its values.</summary>
    public IReadOnlyList<ShareField> Fields { get; }

    /// <summary>Makes a request of its own out of it, which belongs to no connection.</summary>
    /// <param name="services">A scope.</param>
    /// <param name="endpoint">The route's.</param>
    /// <param name="route">Its settings.</param>
    /// <param name="dial">Takes the answer.</param>
    /// <param name="lastEventId">Where the upstream is to go on, one character a byte; null for none.</param>
    /// <param name="aborted">Ends it.</param>
    public HttpContext CreateContext(
        IServiceProvider services, Endpoint endpoint, RouteFeature route, UpstreamDial dial, string? lastEventId, CancellationToken aborted)
    {
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = aborted };
        var request = context.Request;
        (request.Method, request.Scheme, request.Host, request.Protocol) = (Method, Scheme, new HostString(Host), HttpProtocol.Http11);
        (request.PathBase, request.Path, request.QueryString) = (new PathString(PathBase), _path, new QueryString(Query.Length == 0 ? null : Query));
        request.RouteValues = new RouteValueDictionary(_routeValues);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = RawPath + Query;
        request.Headers.Accept = Protocol.EventStreamMediaType.Name;
        request.Headers.UserAgent = EventStreamRequest.GatewayAgent;
        if (lastEventId is not null)
        {
            request.Headers[QueryCursor.Header] = lastEventId;
        }

        foreach (var field in Fields)
        {
            if (field.Told.Count > 0)
            {
                request.Headers[field.Name] = field.Told;
            }
        }

        if (_gateways.Count > 0)
        {
            request.Headers.Via = _gateways;
        }

        context.SetEndpoint(endpoint);
        context.Features.Set(route);
        context.Features.Set(dial);
        return context;
    }

    private static IEnumerable<ShareField> Shared(HttpContext context, ShareBy by)
    {
        if (by.Subject)
        {
            // The edge has set it, and only the edge can.
            yield return ShareField.OfHeader(IdentityFields.Subject, context.Request.Headers[IdentityFields.Subject]);
        }

        foreach (var name in by.Headers)
        {
            yield return ShareField.OfHeader(name, context.Request.Headers[name]);
        }

        foreach (var name in by.Claims)
        {
            yield return ShareField.OfClaim(context.User, name);
        }
    }
}
