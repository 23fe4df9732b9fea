using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Sharing.Upstream;

/// <summary>Gives the answer to a shared stream's own request to the one who asked.</summary>
internal sealed class SharingTransform(TimeProvider time) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { } upstream && context.HttpContext.Features.Get<UpstreamDial>() is { } dial)
        {
            HopByHop.RemoveFromResponse(upstream, context.HttpContext.Response);
            await dial.TakeAsync(context, upstream, time);
        }
    }
}
