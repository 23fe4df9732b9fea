using SseGateway.Affinity;
using SseGateway.Edge.Admission;
using SseGateway.Keeping.Upstream;
using SseGateway.Relay;
using SseGateway.Sharing.Upstream;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace SseGateway.Hosting;

/// <summary>Adds the gateway's own transforms to every route, after the route's configured ones.</summary>
internal sealed class GatewayTransforms(
    UpstreamRequestTransform request, UpstreamTargetTransform target, ForwardedTransform forwarded, McpSessionTransform sessions, SharingTransform sharing,
    KeepTransform keep, RelayTransform relay)
    : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        // Where a route says nothing YARP would add it behind ours, which may say another name (PreserveHost).
        context.RequestTransforms.Insert(0, RequestHeaderOriginalHostTransform.SuppressHost);
        context.RequestTransforms.Add(request);
        context.RequestTransforms.Add(target);
        if (context.UseDefaultForwarders ?? true)
        {
            // YARP would add its own after ours. A route that configures X-Forwarded or Forwarded has its way.
            context.AddXForwarded();
            context.RequestTransforms.Add(forwarded);
        }

        context.ResponseTransforms.Add(sessions);
        context.ResponseTransforms.Add(sharing);
        context.ResponseTransforms.Add(keep);
        context.ResponseTransforms.Add(relay);
    }
}
