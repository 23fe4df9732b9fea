using System.Diagnostics.Metrics;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Fleet;

/// <summary>Counts what is particular to a fleet. Not there without one.</summary>
internal sealed class FleetMetrics
{
    // Seconds. Fine where a Redis on the same machine or beside it is, and up to an outage.
    private static readonly double[] DelayBuckets =
    [
        0.0001, 0.00015, 0.0002, 0.00025, 0.0003, 0.00035, 0.0004, 0.00045, 0.0005, 0.0006, 0.0008, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
        1, 2.5, 5, 10,
    ];

    private readonly Counter<long> _outages;
    private readonly Counter<long> _appends;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _holes;
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _fenced;
    private readonly Histogram<double> _delay;
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
        _fenced = meter.CreateCounter<long>(
            "sse_gateway.fleet_fenced_writes", "{write}", "Appends and renewals that were refused, since the stream was another gateway's.");
        _delay = meter.CreateHistogram<double>(
            "sse_gateway.fleet_mirror_delay", "s", "From the moment at which the leader had an entry to append until it was here, by the clocks of both.", null,
            new() { HistogramBucketBoundaries = DelayBuckets });
        meter.CreateObservableUpDownCounter(
            "sse_gateway.fleet_leads", () => _streams().Count(stream => stream.IsLeading), "{stream}",
            "Streams whose upstream this gateway has, for the fleet.");
        meter.CreateObservableGauge(
            "sse_gateway.fleet_lag", () => _streams().Select(stream => stream.Lag).DefaultIfEmpty().Max(), "{entry}",
            "Entries that are in Redis and not here yet, of the stream that has most of them.");
        meter.CreateObservableUpDownCounter(
            "sse_gateway.fleet_answers_behind", () => _behind(), "{answer}",
            "Kept answers of this gateway's that Redis does not have all of, since it is away.");
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

    /// <param name="entries">That are here now.</param>
    /// <param name="delay">Since the first of them was there to be appended; below zero where another gateway's clock is ahead, null for not known.</param>
    public void Mirrored(int entries, TimeSpan? delay)
    {
        for (var i = 0; i < entries && delay is { } time; i++)
        {
            _delay.Record(Math.Max(0, time.TotalSeconds));
        }
    }

    public void TakenOver() => _takeovers.Add(1);

    public void Fenced() => _fenced.Add(1);

    public void Outage() => _outages.Add(1);
}
