using Microsoft.Extensions.Primitives;

namespace SseGateway.Streams.Output;

/// <summary>The Cache-Control of a stream: what the upstream said, strengthened by <c>no-transform</c>, never weakened.</summary>
internal static class CacheControl
{
    /// <summary>
    /// <c>no-transform</c> keeps the proxies in front of us from compressing, and so holding back, the stream.
    /// </summary>
    public static StringValues ForStream(StringValues upstream)
    {
        if (StringValues.IsNullOrEmpty(upstream))
        {
            return "no-cache, no-transform";
        }

        foreach (var value in upstream)
        {
            if (value is not null && value.Contains("no-transform", StringComparison.OrdinalIgnoreCase))
            {
                return upstream;
            }
        }

        return upstream.Count == 1 ? upstream[0] + ", no-transform" : StringValues.Concat(upstream, "no-transform");
    }
}
