using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Fleet;

/// <summary>Counts what is particular to a fleet. Not there without one.</summary>
internal sealed class FleetMetrics
{
    private readonly Counter<long> _outages;

    public FleetMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        _outages = meter.CreateCounter<long>("sse_gateway.fleet_store_outages", "{outage}", "Times that the fleet's Redis was away, the start included.");
    }

    public void Outage() => _outages.Add(1);
}
