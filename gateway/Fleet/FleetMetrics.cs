using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Fleet;

/// <summary>Counts what is particular to a fleet. Not there without one.</summary>
internal sealed class FleetMetrics
{
    private readonly Counter<long> _outages;
    private readonly Counter<long> _appends;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _holes;
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _fenced;
    private Func<IEnumerable<IFleetStream>> _streams = () => [];

    public FleetMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(StreamMetrics.MeterName);
        _outages = meter.CreateCounter<long>("sse_gateway.fleet_store_outages", "{outage}", "Times that the fleet's Redis was away, the start included.");
        _appends = meter.CreateCounter<long>("sse_gateway.fleet_appends", "{batch}", "Batches of entries that were appended to streams in Redis.");
        _frames = meter.CreateCounter<long>("sse_gateway.fleet_appended_entries", "{entry}", "Entries in those batches.");
        _holes = meter.CreateCounter<long>(
            "sse_gateway.fleet_filled_entries", "{entry}", "Entries that were read from Redis, since no message had brought them.");
        _takeovers = meter.CreateCounter<long>("sse_gateway.fleet_takeovers", "{takeover}", "Streams whose upstream was another gateway's before.");
        _fenced = meter.CreateCounter<long>("sse_gateway.fleet_fenced_writes", "{write}", "Appends and renewals that were refused, since the stream was another gateway's.");
        meter.CreateObservableUpDownCounter(
            "sse_gateway.fleet_leads", () => _streams().Count(stream => stream.IsLeading), "{stream}", "Streams whose upstream this gateway has, for the fleet.");
        meter.CreateObservableGauge(
            "sse_gateway.fleet_lag", () => _streams().Select(stream => stream.Lag).DefaultIfEmpty().Max(), "{entry}",
            "Entries that are in Redis and not here yet, of the stream that has most of them.");
    }

    /// <summary>Says where the fleet's streams are found.</summary>
    public void Watch(Func<IEnumerable<IFleetStream>> streams) => _streams = streams;

    /// <param name="entries">Of one batch.</param>
    public void Appended(int entries)
    {
        _appends.Add(1);
        _frames.Add(entries);
    }

    public void Filled(int entries)
    {
        if (entries > 0)
        {
            _holes.Add(entries);
        }
    }

    public void TakenOver() => _takeovers.Add(1);

    public void Fenced() => _fenced.Add(1);

    public void Outage() => _outages.Add(1);
}
