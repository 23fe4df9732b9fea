using System.Runtime.CompilerServices;
using SseGateway.Streams;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Transport;

/// <summary>
/// Spares announced event streams the timer of YARP's activity timeout. It is out of their reach once their head is here, but would lie
/// in the runtime's queue for 100 s all the same, which is walked three times a second: 20,000 silent streams cost 1.4 % of a core by it
/// alone (loadtests, scenario idle, one run each). <see cref="HeadDeadline"/> waits for the head.
/// </summary>
/// <remarks>
/// A step of YARP's pipeline. Only for GET, since the timeout is the limit of uploads too; where the answer is no stream after all,
/// <see cref="TimedBody"/> takes its place. A timeout that the configuration sets stays.
/// </remarks>
internal sealed class UntimedStreams(RequestDelegate next)
{
    // Clusters that a reload has replaced go with what was made of them.
    private readonly ConditionalWeakTable<ClusterModel, ClusterModel> _untimed = [];

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (HttpMethods.IsGet(context.Request.Method) && UpstreamTimeouts.AreDefault(proxy.Cluster.Config) && EventStreamRequest.Announces(context.Request))
        {
            context.Features.Set<IReverseProxyFeature>(new UntimedProxyFeature(proxy, _untimed.GetValue(proxy.Cluster, Untimed)));
        }

        return next(context);
    }

    private static ClusterModel Untimed(ClusterModel cluster) => new(
        cluster.Config with
        {
            HttpRequest = (cluster.Config.HttpRequest ?? ForwarderRequestConfig.Empty) with { ActivityTimeout = Timeout.InfiniteTimeSpan },
        },
        cluster.HttpClient);
}
