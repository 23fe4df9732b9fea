namespace LoadTests.Measures;

/// <summary>What the clients of one process count and time; for any thread.</summary>
internal sealed class Measured : IMeasured
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

    private readonly Timing _latency = new(TimingNames.Latency);
    private readonly Timing _opening = new(TimingNames.Opening);
    private readonly Timing _firstEvent = new(TimingNames.FirstEvent);
    private readonly Timing _roundTrip = new(TimingNames.RoundTrip);
    private readonly Timing _return = new(TimingNames.Return);

    public IReadOnlyList<Timing> Timings => [_opening, _firstEvent, _latency, _roundTrip, _return];

    public void StreamOpened(TimeSpan after, TimeSpan? away = null)
    {
        _opening.Record(after);
        if (away is { } time)
        {
            _return.Record(time);
        }

        Interlocked.Increment(ref _opened);
        Interlocked.Increment(ref _open);
    }

    public void StreamClosed() => Interlocked.Decrement(ref _open);

    public void StreamEnded() => Interlocked.Increment(ref _ended);

    public void StreamCut() => Interlocked.Increment(ref _cut);

    public void AnswerWhole() => Interlocked.Increment(ref _whole);

    public void FirstEvent(TimeSpan after) => _firstEvent.Record(after);

    public void RoundTrip(TimeSpan after) => _roundTrip.Record(after);

    public void Event(int bytes, TimeSpan? age = null)
    {
        if (age is { } time)
        {
            _latency.Record(time);
        }

        Interlocked.Increment(ref _events);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Lost(long count) => Interlocked.Add(ref _lost, count);

    public void Repeated() => Interlocked.Increment(ref _repeated);

    public void Gap() => Interlocked.Increment(ref _gaps);

    public void Reconnect() => Interlocked.Increment(ref _reconnects);

    public void Refused(int status, bool told, TimeSpan after)
    {
        Interlocked.Increment(ref _refused);
        if (!told)
        {
            Interlocked.Increment(ref _untold);
        }
    }

    public void Unsaid(TimeSpan after) => Failed(after);

    public void Failed(TimeSpan after) => Interlocked.Increment(ref _failed);

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
