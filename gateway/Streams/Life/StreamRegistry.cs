using System.Collections.Concurrent;
using System.Globalization;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Revoking;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Streams.Life;

/// <summary>All live event streams of this process, on one clock.</summary>
internal sealed class StreamRegistry : ISwept
{
    private readonly ConcurrentDictionary<long, LiveStream> _streams = new();
    private readonly SweepAgenda _agenda = new();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly DateTimeOffset _startedAt;
    private long _lastNumber;
    private int _asked;
    private volatile bool _draining;

    public StreamRegistry(TimeProvider time, StreamMetrics metrics, StreamLog log, MemoryBudget? memory = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(metrics);
        (_time, Metrics, Log) = (time, metrics, log);
        (_started, _startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        Revocations = new(time);
        Memory = memory ?? new MemoryBudget(0);
        metrics.Watch(() => Streams);
    }

    public StreamMetrics Metrics { get; }

    public StreamLog Log { get; }

    public Revocations Revocations { get; }

    /// <summary>Where clients are that were told to stay away for long.</summary>
    public SentAway SentAway { get; } = new();

    /// <summary>For what waits for clients, and what is retained for them.</summary>
    public MemoryBudget Memory { get; }

    /// <summary>Tells this run's streams from those of other runs and other gateways.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(BitConverter.GetBytes(Random.Shared.Next()));

    /// <summary>A clock that only goes forward.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_started);

    public int Count => _streams.Count;

    /// <summary>In no order.</summary>
    public IEnumerable<LiveStream> Streams => _streams.Select(entry => entry.Value);

    /// <summary>True once the gateway is going down: no new stream is started.</summary>
    public bool Draining => _draining;

    /// <summary>Requests that were there before the gateway began to go down and are not over, streams or not: what they ask for may be made already.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Streams admitted so far.</summary>
    public long Admitted => Volatile.Read(ref _lastNumber);

    public long NextNumber() => Interlocked.Increment(ref _lastNumber);

    /// <summary>The time of day at a moment of <see cref="Now"/>.</summary>
    public DateTimeOffset At(TimeSpan now) => _startedAt + now;

    /// <summary>The live stream of that <see cref="LiveStream.Id"/>; null when there is none.</summary>
    public LiveStream? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return TryParseId(id, out var number) && _streams.TryGetValue(number, out var stream) && stream.Id == id ? stream : null;
    }

    /// <summary>The number in a stream's <see cref="LiveStream.Id"/>, which may be over by now.</summary>
    /// <returns>False when it is no id of this run.</returns>
    public bool TryParseId(string id, out long number)
    {
        ArgumentNullException.ThrowIfNull(id);
        number = 0;
        return id.StartsWith(Epoch + "-", StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(Epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <returns>Its place in the sweep, to give back with <see cref="Remove"/>.</returns>
    public SweepSlot Add(LiveStream stream)
    {
        _streams.TryAdd(stream.Number, stream);
        return _agenda.Add(stream);
    }

    public void Remove(LiveStream stream, SweepSlot slot)
    {
        _streams.TryRemove(stream.Number, out _);
        _agenda.Remove(slot);
    }

    /// <summary>Does what is due for every stream. One call at a time.</summary>
    public void Sweep() => _agenda.Sweep(Now, _time.GetUtcNow());

    /// <summary>Asks streams to end.</summary>
    /// <returns>How many.</returns>
    public int End(Func<LiveStream, bool> which, CloseReason reason)
    {
        var count = 0;
        foreach (var (_, stream) in _streams)
        {
            if (which(stream))
            {
                stream.End(reason);
                count++;
            }
        }

        return count;
    }

    /// <summary>Counts a request among those that may finish.</summary>
    /// <returns>False when the gateway is going down: it has come too late. Else <see cref="Answered"/> is to be called when it is over.</returns>
    public bool TryAsk()
    {
        // The count first: either this sees the flag, or the drain sees the count.
        Interlocked.Increment(ref _asked);
        if (!_draining)
        {
            return true;
        }

        Answered();
        return false;
    }

    /// <summary>A request that was counted is over.</summary>
    public void Answered() => Interlocked.Decrement(ref _asked);

    /// <summary>
    /// From now on no stream is started but those that had been asked for. An EventSource that has no head yet is refused: it comes back by
    /// itself, to another gateway, and its stream would only have to be ended. Anybody else is not told to ask again for what the service may
    /// have made already.
    /// </summary>
    public void Drain()
    {
        _draining = true;

        // Whoever starts a stream lists it and then looks at the flag; here it is the other way round, so one of the two sees it.
        Interlocked.MemoryBarrier();
        End(stream => stream is { State: StreamState.Opening, Reader.Dialect: Dialect.EventSource }, CloseReason.Drained);
    }
}
