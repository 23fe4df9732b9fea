using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Edge.Admission;

/// <summary>
/// Tells the upstream of the client behind a trusted proxy, where YARP would name the proxy. One address, the one that limits go by: what stands to
/// its left is the client's own claim, and whoever reads the last would read the proxy's.
/// </summary>
internal sealed class ForwardedTransform(CurrentSettings settings) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext;
        if (request.Features.Get<StreamAdmission>()?.ClientAddress is { } client
            && ClientAddress.IsTrusted(request.Connection.RemoteIpAddress, settings.Value.TrustedProxies))
        {
            Set(context, "X-Forwarded-For", client.ToString());
            if (request.Request.Headers["X-Forwarded-Proto"] is [("http" or "https") and var scheme])
            {
                Set(context, "X-Forwarded-Proto", scheme);
            }
        }

        return default;
    }

    private static void Set(RequestTransformContext context, string name, string value)
    {
        RemoveHeader(context, name);
        AddHeader(context, name, value);
    }
}
