using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text.Json;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Admin.Live;

/// <summary>
/// What the operator's page is fed with: once a second one frame, the same for all who look, and the last 15 minutes for who begins to. A slow one is
/// given the newest frame when it has taken the one before; nothing waits for it.
/// </summary>
internal sealed class LiveFeed : ISwept, IDisposable
{
    /// <summary>Seconds that are kept: 900 points of 96 bytes.</summary>
    public const int Kept = 15 * 60;

    // One each minute, of as many minutes as the page's tables are about, and one to begin with.
    private const int PastEvery = 60;
    private const int PastMinutes = 5;

    private readonly LiveMeter _meter;
    private readonly StreamRegistry _registry;
    private readonly CurrentSettings _settings;
    private readonly LiveNeighbours _neighbours;
    private readonly TimeProvider _time;
    private readonly Lock _sweeping = new();
    private readonly Lock _lock = new();

    // Guarded by _lock, all three.
    private readonly Queue<LivePast> _past = new(PastMinutes + 1);
    private readonly LivePoint[] _points = new LivePoint[Kept];
    private long _taken;

    private readonly ArrayBufferWriter<byte> _json = new();
    private volatile TaskCompletionSource<ReadOnlyMemory<byte>> _next = NewNext();
    private TimeSpan? _drainingSince;

    public LiveFeed(IMeterFactory meters, StreamRegistry registry, CurrentSettings settings, LiveNeighbours neighbours, TimeProvider time)
    {
        (_meter, _registry, _settings, _neighbours, _time) = (new LiveMeter(meters), registry, settings, neighbours, time);
    }

    /// <summary>The frame of the next second.</summary>
    public Task<ReadOnlyMemory<byte>> Next => _next.Task;

    /// <summary>A frame of the event <c>history</c>: an array of arrays, in the order of <see cref="LivePoint"/>'s fields.</summary>
    public ReadOnlyMemory<byte> History()
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            lock (_lock)
            {
                for (var i = Math.Max(0, _taken - Kept); i < _taken; i++)
                {
                    Write(writer, _points[i % Kept]);
                }
            }

            writer.WriteEndArray();
        }

        return Frame(json.WrittenSpan, "history"u8);
    }

    /// <summary>
    /// A frame of the event <c>past</c>: what had been counted five minutes ago, less up to one, or when the gateway began. Null before the first second.
    /// </summary>
    public ReadOnlyMemory<byte>? Past()
    {
        LivePast? past;
        lock (_lock)
        {
            var since = _time.GetUtcNow().AddMinutes(-PastMinutes).ToUnixTimeMilliseconds();
            past = _past.FirstOrDefault(one => one.At >= since);
        }

        if (past is null)
        {
            return null;
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("at", past.At);
            WriteValues(writer, past.Totals);
            writer.WriteEndObject();
        }

        return Frame(json.WrittenSpan, "past"u8);
    }

    /// <summary>Once a second: takes the point, and tells those who look.</summary>
    public void Sweep()
    {
        lock (_sweeping)
        {
            Tell();
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Tell()
    {
        var values = _meter.Read().ToArray();
        var point = Point(values);
        var totals = Array.ConvertAll(values, value => (value, value.Value));
        lock (_lock)
        {
            if (_taken % PastEvery == 0)
            {
                if (_past.Count > PastMinutes)
                {
                    _past.Dequeue();
                }

                _past.Enqueue(new LivePast(point.At, totals));
            }

            _points[_taken++ % Kept] = point;
        }

        _drainingSince = _registry.Draining ? _drainingSince ?? _registry.Now : null;
        _json.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_json))
        {
            Write(writer, point, totals);
        }

        var frame = Frame(_json.WrittenSpan, "second"u8);
        var next = _next;
        _next = NewNext();
        next.TrySetResult(frame);
    }

    private static TaskCompletionSource<ReadOnlyMemory<byte>> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ReadOnlyMemory<byte> Frame(ReadOnlySpan<byte> json, ReadOnlySpan<byte> type)
    {
        var frame = new ArrayBufferWriter<byte>(json.Length + 32);
        FrameWriter.WriteEvent(frame, json, type);
        return frame.WrittenMemory;
    }

    private LivePoint Point(LiveValue[] values) => new(
        _time.GetUtcNow().ToUnixTimeMilliseconds(),
        Sum(values, "streams.live"),
        Sum(values, "frames"),
        Sum(values, "bytes"),
        Sum(values, "streams.opened"),
        Sum(values, "streams.closed"),
        Sum(values, "streams.refused"),
        Sum(values, "gaps"),
        values.Where(value => value.Name == "slowest_reader_wait").Select(value => value.Value).DefaultIfEmpty().Max(),
        Sum(values, "waiting"),
        Sum(values, "retained"),
        Environment.WorkingSet);

    private static double Sum(LiveValue[] values, string name) => values.Where(value => value.Name == name).Sum(value => value.Value);

    private static void Write(Utf8JsonWriter writer, in LivePoint point)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(point.At);
        ReadOnlySpan<double> numbers =
        [
            point.Streams, point.Events, point.Bytes, point.Opened, point.Closed, point.Refused, point.Gaps, point.SlowestWait, point.Waiting,
            point.Retained, point.Memory,
        ];
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(Math.Round(number, 3));
        }

        writer.WriteEndArray();
    }

    private void Write(Utf8JsonWriter writer, in LivePoint point, (LiveValue Value, double Total)[] totals)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("point");
        Write(writer, point);
        WriteValues(writer, totals);
        _neighbours.Write(writer);
        WriteDrain(writer);
        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, (LiveValue Value, double Total)[] totals)
    {
        writer.WriteStartArray("values");
        foreach (var (value, total) in totals)
        {
            writer.WriteStartObject();
            writer.WriteString("name", value.Name);
            foreach (var (label, text) in value.Labels)
            {
                writer.WriteString(label, text);
            }

            writer.WriteNumber("value", Math.Round(total, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteDrain(Utf8JsonWriter writer)
    {
        if (_drainingSince is not { } since)
        {
            writer.WriteNull("drain");
            return;
        }

        writer.WriteStartObject("drain");
        writer.WriteNumber("seconds", Math.Round((_registry.Now - since).TotalSeconds, 1));
        writer.WriteNumber("window", _settings.Value.DrainWindow.TotalSeconds);
        writer.WriteNumber("finish", _settings.Value.FinishWindow.TotalSeconds);
        writer.WriteNumber("streams", _registry.Count);
        writer.WriteEndObject();
    }
}
