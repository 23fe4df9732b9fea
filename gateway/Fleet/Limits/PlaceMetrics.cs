using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Fleet.Limits;

/// <summary>Counts what becomes of limits that hold for the whole fleet. Not there without one.</summary>
internal sealed class PlaceMetrics
{
    private readonly Counter<long> _uncounted;
    private readonly Counter<long> _evictions;

    public PlaceMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        _uncounted = meter.CreateCounter<long>(
            "sse_gateway.fleet_uncounted_streams", "{stream}",
            "Streams that were admitted by this gateway's counts alone, since Redis did not answer in time.");
        _evictions = meter.CreateCounter<long>(
            "sse_gateway.fleet_evictions", "{stream}", "Streams of this gateway that were ended since the fleet has a newer one of the subject.");
    }

    public void Uncounted() => _uncounted.Add(1);

    public void Evicted() => _evictions.Add(1);
}
