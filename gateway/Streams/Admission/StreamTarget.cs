using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;

namespace SseGateway.Streams.Admission;

/// <summary>Tells the streams of one subject apart: what was asked for, path and query, whatever the cursor.</summary>
internal static class StreamTarget
{
    /// <summary>A text of a fixed size, so that a long URL is not kept for as long as its stream; null for what is no GET, whose like may be wanted
    /// twice.</summary>
    public static UInt128? Of(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return null;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var query = context.Features.Get<RouteFeature>()!.Settings.CursorNames.Remove(context.Request.QueryString).Value;
        return MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(path + query)));
    }
}
