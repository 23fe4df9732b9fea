using System.Diagnostics.Metrics;
using SseGateway.Sharing.Log;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Sharing;

/// <summary>Counts what is particular to shared streams.</summary>
internal sealed class SharingMetrics
{
    private readonly Counter<long> _redials;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _noticesDropped;
    private readonly Counter<long> _overflows;
    private Func<IEnumerable<SharedStream>> _streams = () => [];

    public SharingMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            "sse_gateway.shared_streams", Live, "{stream}", "Shared streams, each with an upstream of its own, at this moment.");
        _redials = meter.CreateCounter<long>("sse_gateway.shared_redials", "{attempt}", "Attempts at the upstream of a shared stream after it was lost.");
        _gaps = meter.CreateCounter<long>(
            "sse_gateway.gaps", "{gap}",
            "Gaps in shared streams, by reason: one for each client whose cursor was gone, one for all where the upstream could not resume.");
        _noticesDropped = meter.CreateCounter<long>(
            "sse_gateway.upstream_notices_dropped", "{frame}", "Frames named gateway.* that an upstream sent into a shared stream.");
        _overflows = meter.CreateCounter<long>(
            "sse_gateway.shared_overflows", "{stream}", "Streams of a route that shares which were relayed, since there were too many shared ones.");
    }

    /// <summary>Says where the shared streams are found.</summary>
    public void Watch(Func<IEnumerable<SharedStream>> streams) => _streams = streams;

    public void Redialled(string routeId) => _redials.Add(1, Route(routeId));

    public void Gap(string routeId, GapReason reason) => _gaps.Add(1, Route(routeId), new(MetricLabels.Reason, GapNotice.Word(reason)));

    public void NoticeDropped(string routeId) => _noticesDropped.Add(1, Route(routeId));

    public void Overflowed(string routeId) => _overflows.Add(1, Route(routeId));

    private static KeyValuePair<string, object?> Route(string routeId) => new(MetricLabels.Route, routeId);

    private IEnumerable<Measurement<long>> Live() =>
        _streams().GroupBy(stream => stream.Key.RouteId).Select(route => new Measurement<long>(route.Count(), Route(route.Key)));
}
