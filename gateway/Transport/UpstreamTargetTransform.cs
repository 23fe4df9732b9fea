using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport;

/// <summary>
/// Sends the request target upstream as the client wrote it. ASP.NET Core decodes the path and YARP encodes it again, which is
/// equivalent but not the same bytes (<c>%7E</c> becomes <c>~</c>).
/// </summary>
/// <remarks>
/// Only when nothing reinterprets the path: a route's own path transform wins, and so does the server's removal of dot segments,
/// because routing and authorisation looked at the path without them. Control characters have been refused (<see cref="MalformedRequest"/>):
/// a bare CR ends the request line for some servers (RFC 9112 section 2.2), and what follows would be fields.
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

    // The server decodes %2e before it removes dot segments (RFC 3986 section 5.2.4), but not %2f.
    private static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            var dots = 0;
            while (!segment.IsEmpty && dots < 3)
            {
                var length = segment[0] == '.' ? 1 : segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
                if (length == 0)
                {
                    break;
                }

                segment = segment[length..];
                dots++;
            }

            if (segment.IsEmpty && dots is (1 or 2))
            {
                return true;
            }
        }

        return false;
    }
}
