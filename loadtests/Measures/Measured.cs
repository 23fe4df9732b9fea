namespace LoadTests.Measures;

/// <summary>What the clients of one process count and time; for any thread.</summary>
internal sealed class Measured
{
    private long _open;
    private long _opened;
    private long _events;
    private long _bytes;
    private long _reconnects;
    private long _lost;
    private long _repeated;
    private long _gaps;
    private long _refused;
    private long _untold;
    private long _failed;
    private long _ended;
    private long _cut;
    private long _whole;

    /// <summary>From the stamp in an event's data to the client.</summary>
    public Timing Latency { get; } = new(TimingNames.Latency);

    /// <summary>From the first packet of a connection to the head of the answer.</summary>
    public Timing Opening { get; } = new(TimingNames.Opening);

    /// <summary>From the request to the first event.</summary>
    public Timing FirstEvent { get; } = new(TimingNames.FirstEvent);

    /// <summary>From a message's POST until its sender sees it in the stream.</summary>
    public Timing RoundTrip { get; } = new(TimingNames.RoundTrip);

    /// <summary>From the end of a stream until the next one of the same client has its head.</summary>
    public Timing Return { get; } = new(TimingNames.Return);

    public IReadOnlyList<Timing> Timings => [Opening, FirstEvent, Latency, RoundTrip, Return];

    public void StreamOpened(TimeSpan after)
    {
        Opening.Record(after);
        Interlocked.Increment(ref _opened);
        Interlocked.Increment(ref _open);
    }

    public void StreamClosed() => Interlocked.Decrement(ref _open);

    public void StreamEnded() => Interlocked.Increment(ref _ended);

    public void StreamCut() => Interlocked.Increment(ref _cut);

    public void AnswerWhole() => Interlocked.Increment(ref _whole);

    public void Event(int bytes)
    {
        Interlocked.Increment(ref _events);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Lost(long count) => Interlocked.Add(ref _lost, count);

    public void Repeated() => Interlocked.Increment(ref _repeated);

    public void Gap() => Interlocked.Increment(ref _gaps);

    public void Reconnect() => Interlocked.Increment(ref _reconnects);

    public void Refused(bool told)
    {
        Interlocked.Increment(ref _refused);
        if (!told)
        {
            Interlocked.Increment(ref _untold);
        }
    }

    public void Failed() => Interlocked.Increment(ref _failed);

    /// <summary>Everything but <see cref="Counts.Settled"/>.</summary>
    public Counts Read() => new()
    {
        Open = Interlocked.Read(ref _open),
        Opened = Interlocked.Read(ref _opened),
        Events = Interlocked.Read(ref _events),
        Bytes = Interlocked.Read(ref _bytes),
        Reconnects = Interlocked.Read(ref _reconnects),
        Lost = Interlocked.Read(ref _lost),
        Repeated = Interlocked.Read(ref _repeated),
        Gaps = Interlocked.Read(ref _gaps),
        Refused = Interlocked.Read(ref _refused),
        Untold = Interlocked.Read(ref _untold),
        Failed = Interlocked.Read(ref _failed),
        Ended = Interlocked.Read(ref _ended),
        Cut = Interlocked.Read(ref _cut),
        Whole = Interlocked.Read(ref _whole),
    };
}
