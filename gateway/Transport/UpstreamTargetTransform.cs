using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport;

/// <summary>
/// Sends the request target upstream as the client wrote it. ASP.NET Core decodes the path and YARP encodes it again, which is
/// equivalent but not the same bytes (<c>%7E</c> becomes <c>~</c>).
/// </summary>
/// <remarks>
/// Only when nothing reinterprets the path: a route's own path transform wins, and so does the server's removal of dot segments,
/// because routing and authorisation looked at the path without them.
/// </remarks>
internal sealed class UpstreamTargetTransform : RequestTransform
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var rawTarget = context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.ProxyRequest.RequestUri is null
            && rawTarget.StartsWith('/')
            && context.Path == request.Path
            && context.Query.QueryString == request.QueryString)
        {
            var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
            var path = question < 0 ? rawTarget : rawTarget[..question];
            if (!HasDotSegment(path) && request.PathBase == PathString.Empty)
            {
                context.ProxyRequest.RequestUri = new Uri(
                    string.Concat(context.DestinationPrefix.AsSpan().TrimEnd('/'), path, request.QueryString.Value), AsWritten);
            }
        }

        return default;
    }

    private static bool HasDotSegment(ReadOnlySpan<char> path) =>
        path.Contains("/.", StringComparison.Ordinal) || path.Contains("/%2e", StringComparison.OrdinalIgnoreCase);
}
