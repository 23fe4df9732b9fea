using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry.Access;

namespace SseGateway.Streams.Telemetry;

/// <summary>
/// Told of every turn in a stream's life, and counts it. What happens with every event is not told: frames and bytes are taken over from
/// each stream once a second and at its end.
/// </summary>
/// <remarks>
/// How long streams live is in a histogram of its own: among the durations of requests they would leave nothing to see.
/// </remarks>
internal sealed class StreamMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SseGateway";

    // Seconds. From a local upstream to the longest a head is usually waited for.
    private static readonly double[] OpeningBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    // Seconds. A first event may be what somebody types.
    private static readonly double[] FirstEventBuckets = [.. OpeningBuckets, 300, 1800];

    // Seconds: one event's answer, a proxy's idle cut (30, 60, 100 s), and up to a day.
    private static readonly double[] LifetimeBuckets = [1, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400];

    private readonly ConcurrentDictionary<(string RouteId, StreamMode Mode), StreamCounts> _counts = new();
    private readonly Counter<long> _opened;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _heartbeats;
    private readonly Counter<long> _writeDeadlines;
    private readonly Counter<long> _redials;
    private readonly Counter<long> _mcpRequests;
    private readonly Histogram<double> _timeToHead;
    private readonly Histogram<double> _timeToFirstEvent;
    private readonly Histogram<double> _lifetime;
    private Func<IEnumerable<LiveStream>> _live = () => [];

    public StreamMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);

        // Of the factory, which is the host's: gateways in one process count apart.
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter(
            "sse_gateway.streams.live", () => All(counts => counts.Live), "{stream}", "Streams that are open at this moment.");
        _opened = meter.CreateCounter<long>("sse_gateway.streams.opened", "{stream}", "Streams whose client was sent the response head.");
        _refused = meter.CreateCounter<long>(
            "sse_gateway.streams.refused", "{stream}", "Streams that the gateway refused, by what forbade them; upstreams' own refusals do not count.");
        _closed = meter.CreateCounter<long>("sse_gateway.streams.closed", "{stream}", "Opened streams that are over, by why they ended.");
        _lifetime = meter.CreateHistogram<double>(
            "sse_gateway.stream_lifetime", "s", "From a stream's response head to its end.", null, new() { HistogramBucketBoundaries = LifetimeBuckets });
        meter.CreateObservableCounter(
            "sse_gateway.frames", () => All(counts => counts.Frames), "{frame}", "Frames passed on to clients, to the second; the gateway's own do not count.");
        meter.CreateObservableCounter(
            "sse_gateway.bytes", () =>
                All(counts => counts.Bytes), "By", "Bytes of streams passed on to clients, heartbeats and notices included, to the second.");
        _timeToHead = meter.CreateHistogram<double>(
            "sse_gateway.time_to_head", "s", "From a stream's request to its response head.", null, new() { HistogramBucketBoundaries = OpeningBuckets });
        _timeToFirstEvent = meter.CreateHistogram<double>(
            "sse_gateway.time_to_first_event", "s", "From a stream's request to its first whole frame.", null,
            new() { HistogramBucketBoundaries = FirstEventBuckets });
        _heartbeats = meter.CreateCounter<long>("sse_gateway.heartbeats", "{heartbeat}", "Comments sent to keep silent streams alive.");
        _writeDeadlines = meter.CreateCounter<long>("sse_gateway.write_deadline_aborts", "{stream}", "Streams aborted because the client did not read.");
        meter.CreateObservableGauge(
            "sse_gateway.slowest_reader_wait", SlowestReaders, "s",
            "How long the oldest pending write waits for its client, to the second. That is a relay's whole lag: it holds no queue of its own.");
        _redials = meter.CreateCounter<long>(
            "sse_gateway.upstream_redials", "{attempt}", "Attempts at another destination after one that could not be connected to.");
        _mcpRequests = meter.CreateCounter<long>(
            "sse_gateway.mcp_requests", "{request}",
            "Requests of the Model Context Protocol, but for its GETs, by what they say in Mcp-Method; refused ones too.");
    }

    /// <summary>Where the streams of a route and mode are counted.</summary>
    public StreamCounts Counts(string routeId, StreamMode mode) =>
        _counts.GetOrAdd((routeId, mode), static key => new StreamCounts(key.RouteId, key.Mode));

    /// <summary>Says where the live streams are found.</summary>
    public void Watch(Func<IEnumerable<LiveStream>> live) => _live = live;

    /// <summary>The client has the response head.</summary>
    public void Opened(LiveStream stream)
    {
        stream.Counts.Opened();
        _opened.Add(1, stream.Counts.Labels);
        _timeToHead.Record(stream.TimeToHead!.Value.TotalSeconds, stream.Counts.Labels);
    }

    /// <summary>The first whole frame is on its way to the client.</summary>
    public void FirstEvent(LiveStream stream) => _timeToFirstEvent.Record(stream.Age.TotalSeconds, stream.Counts.Labels);

    /// <summary>An opened stream is over.</summary>
    public void Closed(LiveStream stream)
    {
        stream.Counts.Closed();
        _closed.Add(1, stream.Counts.Route, stream.Counts.Mode, new(MetricLabels.Reason, stream.Reason.Word()));
        _lifetime.Record(stream.Lifetime.TotalSeconds, stream.Counts.Labels);
    }

    /// <summary>A stream is refused by the gateway: here, in the span of its opening, and in the access log.</summary>
    public void Refused(HttpContext context, string routeId, RefusalReason reason)
    {
        _refused.Add(1, new(MetricLabels.Route, routeId), new(MetricLabels.Limit, reason.Word()));
        context.Features.Get<OpeningSpan>()?.Refuse(reason);
        if (context.Features.Get<AccessTrace>() is { } trace)
        {
            trace.Refusal = reason;
        }
    }

    public void HeartbeatSent(LiveStream stream) => _heartbeats.Add(1, stream.Counts.Labels);

    public void WriteDeadlinePassed(LiveStream stream) => _writeDeadlines.Add(1, stream.Counts.Labels);

    /// <summary>Another destination is tried.</summary>
    public void UpstreamRedialled(string routeId) => _redials.Add(1, new KeyValuePair<string, object?>(MetricLabels.Route, routeId));

    /// <summary>A request of the Model Context Protocol has come.</summary>
    public void McpAsked(string routeId, HttpRequest request) =>
        _mcpRequests.Add(1, new(MetricLabels.Route, routeId), new(MetricLabels.McpMethod, McpMethods.Of(request)));

    private IEnumerable<Measurement<long>> All(Func<StreamCounts, long> value) =>
        _counts.Values.Select(counts => new Measurement<long>(value(counts), counts.Labels));

    private IEnumerable<Measurement<double>> SlowestReaders()
    {
        var slowest = _counts.Values.ToDictionary(counts => counts, _ => TimeSpan.Zero);
        foreach (var stream in _live())
        {
            if (stream.WriteWaiting > slowest.GetValueOrDefault(stream.Counts))
            {
                slowest[stream.Counts] = stream.WriteWaiting;
            }
        }

        return slowest.Select(pair => new Measurement<double>(pair.Value.TotalSeconds, pair.Key.Labels));
    }
}
