using Microsoft.AspNetCore.Http.Features;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// Sends the request target upstream as the client wrote it. ASP.NET Core decodes the path and YARP encodes it again, which is
/// equivalent but not the same bytes (<c>%7E</c> becomes <c>~</c>), and for what ASP.NET Core leaves encoded (<c>%2F</c>, <c>%FF</c>) not
/// even equivalent: YARP encodes it once more.
/// </summary>
/// <remarks>
/// As written only when nothing reinterprets the path: a route's own path transform wins, and so does the server's removal of dot segments,
/// because routing and authorisation looked at the path without them. Escapes in it stay what they were then too. Control characters have been refused
/// (<see cref="MalformedRequest"/>): a bare CR ends the request line for some servers (RFC 9112 section 2.2), and what follows would be fields.
/// </remarks>
internal sealed class UpstreamTargetTransform : RequestTransform
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var rawTarget = context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.ProxyRequest.RequestUri is null)
        {
            context.ProxyRequest.RequestUri = Unchanged(context, rawTarget) ?? WithEscapes(context, rawTarget);
        }

        return default;
    }

    private static Uri? Unchanged(RequestTransformContext context, string rawTarget)
    {
        var request = context.HttpContext.Request;
        if (!rawTarget.StartsWith('/')
            || context.Path != request.Path
            || context.Query.QueryString != request.QueryString
            || request.PathBase != PathString.Empty)
        {
            return null;
        }

        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? rawTarget : rawTarget[..question];
        return HasDotSegment(path) ? null : new Uri(string.Concat(Prefix(context), path, request.QueryString.Value), AsWritten);
    }

    // An escape in the decoded path is one that was not decoded, unless what the client sent was encoded twice: then only YARP's encoding is right.
    private static Uri? WithEscapes(RequestTransformContext context, string rawTarget) =>
        context.Path.Value?.Contains('%', StringComparison.Ordinal) == true
            && PathReading.Find(rawTarget, ~PathSpelling.DoubleEncoding) == PathSpelling.None
            ? new Uri(string.Concat(Prefix(context), context.Path.ToUriComponent(), context.Query.QueryString.ToUriComponent()))
            : null;

    private static ReadOnlySpan<char> Prefix(RequestTransformContext context) => context.DestinationPrefix.AsSpan().TrimEnd('/');

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
