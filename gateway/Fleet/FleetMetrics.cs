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
    private Func<int> _behind = () => 0;
    private Func<int> _mirrored = () => 0;

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
        meter.CreateObservableUpDownCounter(
            "sse_gateway.fleet_answers_behind", () => _behind(), "{answer}", "Kept answers of this gateway's that Redis does not have all of, since it is away.");
        meter.CreateObservableUpDownCounter(
            "sse_gateway.fleet_answers_mirrored", () => _mirrored(), "{answer}", "Kept answers of other gateways' that are read here.");
    }

    /// <summary>Says where the fleet's streams are found.</summary>
    public void Watch(Func<IEnumerable<IFleetStream>> streams) => _streams = streams;

    /// <summary>Says where the counts of kept answers are found.</summary>
    /// <param name="behind">Of this gateway's that the store lacks something of.</param>
    /// <param name="mirrored">Of others' that are here.</param>
    public void WatchAnswers(Func<int> behind, Func<int> mirrored) => (_behind, _mirrored) = (behind, mirrored);

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
