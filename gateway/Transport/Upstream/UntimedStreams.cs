using System.Runtime.CompilerServices;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// Spares streams that are wanted or expected the timer of YARP's activity timeout. It is out of their reach once their head is here, but would
/// lie in the runtime's queue for 100 s all the same, which is walked three times a second: 20,000 silent streams cost 1.4 % of a core by it
/// alone (loadtests, scenario idle, one run each). <see cref="HeadDeadline"/> waits for the head. Requests with a body keep a timer, since
/// it is the limit of uploads too, and of answers that stand still meanwhile; but one that leaves the head as long as that deadline does.
/// </summary>
/// <remarks>
/// A step of YARP's pipeline. Where the answer is no stream after all, <see cref="TimedBody"/> takes the timeout's place. A timeout that the
/// configuration sets stays.
/// </remarks>
internal sealed class UntimedStreams(RequestDelegate next)
{
    // Clusters that a reload has replaced go with what was made of them.
    private readonly ConditionalWeakTable<ClusterModel, ClusterModel> _untimed = [];
    private readonly ConditionalWeakTable<ClusterModel, ClusterModel> _patient = [];

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (EventStreamRequest.MayTakeLong(context) && UpstreamTimeouts.AreDefault(proxy.Cluster.Config))
        {
            var cluster = HttpMethods.IsGet(context.Request.Method) ? _untimed.GetValue(proxy.Cluster, Untimed)
                : IsPatient(context, proxy.Cluster) ? _patient.GetValue(proxy.Cluster, Patient)
                : null;
            if (cluster is not null)
            {
                context.Features.Set<IReverseProxyFeature>(new UntimedProxyFeature(proxy, cluster));
            }
        }

        return next(context);
    }

    // A head deadline that somebody has set is in the cluster's timeout already.
    private static bool IsPatient(HttpContext context, ClusterModel cluster) =>
        context.Features.Get<RouteFeature>() is { } route && route.Settings.Timeouts.HeadFor(isLong: true) >= cluster.Config.HttpRequest!.ActivityTimeout;

    private static ClusterModel Untimed(ClusterModel cluster) => With(cluster, Timeout.InfiniteTimeSpan);

    private static ClusterModel Patient(ClusterModel cluster) => With(cluster, new TimeoutSettings().HeadFor(isLong: true) + UpstreamTimeouts.Later);

    private static ClusterModel With(ClusterModel cluster, TimeSpan activity) => new(
        cluster.Config with { HttpRequest = (cluster.Config.HttpRequest ?? ForwarderRequestConfig.Empty) with { ActivityTimeout = activity } },
        cluster.HttpClient);
}
