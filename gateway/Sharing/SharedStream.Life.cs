using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Life;

namespace SseGateway.Sharing;

/// <content>Its life.</content>
/// <remarks>
/// Its life: the first client's asking begins a run (<see cref="Life.Run"/>). The upstream is dialled, and as long as anybody listens dialled again when it is
/// lost, in the same run. When it ends its stream, the run's clients get the end and the upstream is left alone (<see cref="Life.Rest"/>) until somebody asks,
/// who begins the next run; and so it is when it is lost and nobody listens. It is over when nobody has come for the linger time, and when the upstream does
/// not come back.
/// </remarks>
internal sealed partial class SharedStream
{
    // A client that comes while the dial is on its way and has an older cursor than it carries has it made again: so often at most, whatever clients say.
    private const int MaxRestarts = 3;

    // Never disposed: it has no timer, and a client may still come to see that it is closed.
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private Run _run = new();
    private Rest? _rest;
    private CancellationTokenSource? _attempt;
    private CancellationTokenSource? _connection;
    private UpstreamState _upstream;
    private int _users;
    private int _restarts;
    private bool _asksAgain;
    private bool _isClosed;
    private bool _isHeldOpen;
    private int _era;
    private LogPlace _eraBegan;
    private TimeSpan _emptySince;

    /// <summary>The run that clients come into now.</summary>
    public Run Run
    {
        get
        {
            lock (_lock)
            {
                return _run;
            }
        }
    }

    /// <summary>Takes a client in.</summary>
    /// <param name="endpoint">The route's, as this client came by it.</param>
    /// <param name="cursor">The last event id it has; empty for none.</param>
    /// <param name="entry">Its own, if it is taken in.</param>
    /// <returns>False when it is over; then another one takes its place.</returns>
    public bool TryEnter(Endpoint endpoint, byte[] cursor, out Entry entry)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                entry = default;
                return false;
            }

            if (_users++ == 0)
            {
                Sink.Wanted();
            }

            Endpoint = endpoint;
            if (_rest is { } rest)
            {
                // When it is not due yet, the client gets what there is meanwhile.
                _run = Now < rest.Due ? Run.Opened() : new Run();
                _rest = null;
                rest.End();
                Sink.Wanted();
            }

            if (_run.Wait(cursor) && _attempt is { } attempt && BeginsAfterCursors && _restarts < MaxRestarts)
            {
                _restarts++;
                _asksAgain = true;
                _attempt = null;
                attempt.CancelAsync();
            }

            entry = new Entry(this, _run, Log.Head, cursor, _era);
            return true;
        }
    }

    /// <summary>A client that was taken in has left.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _emptySince = Now;
            }
        }
    }

    /// <summary>The upstream is about to be dialled.</summary>
    /// <param name="attempt">Cancels that.</param>
    public void Dial(CancellationTokenSource attempt)
    {
        lock (_lock)
        {
            (_attempt, _upstream) = (attempt, UpstreamState.Dialling);
            _asksAgain = false;
            if (BeginsAfterCursors && _run.Oldest.Length > 0)
            {
                Feed.BeginAfter(_run.Oldest);
            }
        }
    }

    /// <summary>The upstream has answered with a stream.</summary>
    /// <param name="head">The answer's fields.</param>
    /// <param name="connection">Ends it; null when another gateway has it.</param>
    /// <returns>Opens when those who wait may be let in; null when nobody does.</returns>
    public OpeningGate? Answered(UpstreamHead head, CancellationTokenSource? connection)
    {
        if (connection is not null)
        {
            Sink.Opened(head);
        }

        lock (_lock)
        {
            (_attempt, _connection) = (null, connection);
            _upstream = connection is null ? UpstreamState.Elsewhere : UpstreamState.Open;
            _head = head;
            var run = _run;
            return run.Opening.IsCompleted ? null : new OpeningGate(run.HasCursors, () => IsSettled(run), run.Open);
        }
    }

    /// <summary>There is no attempt at the upstream and no connection to it any more.</summary>
    /// <returns>True when the attempt was given up for a client with an older cursor.</returns>
    public bool HungUp()
    {
        lock (_lock)
        {
            (_attempt, _connection, _upstream) = (null, null, UpstreamState.Away);
            return _asksAgain;
        }
    }

    /// <summary>Lets those in who wait for an upstream that is away for a moment: they get what the log has, and wait for the rest like those who were there
    /// before.</summary>
    /// <returns>False when there has been no stream yet that they could be let into.</returns>
    public bool OpenWithoutUpstream()
    {
        if (_head is null || !Log.HasFrames)
        {
            return false;
        }

        Run.Open();
        return true;
    }

    /// <summary>
    /// Lets those in who cannot wait for an upstream that is silent any longer. But not where they have been at different places: then what comes first tells
    /// how each goes on.
    /// </summary>
    public void OpenEarly(Run run)
    {
        lock (_lock)
        {
            if (run.HasSeveralCursors)
            {
                return;
            }

            _head ??= UpstreamHead.Early;
        }

        run.Open();
    }

    /// <summary>The attempt at the upstream gave no stream: that is the answer of everybody who waits, and of nobody later.</summary>
    /// <param name="dial">The attempt.</param>
    /// <param name="cursor">What it carried; empty for nothing.</param>
    public void Refuse(UpstreamDial dial, byte[] cursor)
    {
        Close();
        Run.Refuse(dial.Outcome, dial, cursor);
    }

    /// <summary>The same while the answer's body is still on its way: lets nobody in any more, and does not let the upstream go.</summary>
    /// <param name="dial">The attempt.</param>
    /// <param name="cursor">What it carried; empty for nothing.</param>
    public void RefuseAtHead(UpstreamDial dial, byte[] cursor)
    {
        Run run;
        lock (_lock)
        {
            _isClosed = true;
            run = _run;
        }

        run.Refuse(dial.Outcome, dial, cursor);
    }

    /// <summary>The upstream has ended its stream: so do the clients', and it is left alone until one comes.</summary>
    /// <param name="due">When it may be dialled again at the earliest.</param>
    /// <returns>Completes when somebody asks.</returns>
    public Task End(TimeSpan due)
    {
        Rest rest;
        Feed.End();
        lock (_lock)
        {
            _run.End();
            rest = _rest = new Rest(due, Closed);
        }

        _roster.ForEach(subscriber => subscriber.EndAtHead(CloseReason.UpstreamEnded, Farewell()));
        return rest.WantedAsync();
    }

    /// <summary>Leaves a lost upstream alone while nobody listens.</summary>
    /// <returns>Completes when somebody does.</returns>
    public Task UntilWantedAsync()
    {
        lock (_lock)
        {
            return _users > 0 ? Task.CompletedTask : (_rest = new Rest(Now, Closed)).WantedAsync();
        }
    }

    /// <summary>
    /// The log is another one from here on, or has been read to its end from where other gateways have it: whoever has asked before that, and is still to
    /// begin, begins here.
    /// </summary>
    public void BeginEra()
    {
        lock (_lock)
        {
            _era++;
            _eraBegan = Log.Head;
        }
    }

    private LogPlace AskedBy(in Entry entry)
    {
        lock (_lock)
        {
            return entry.Era == _era ? entry.Asked : _eraBegan;
        }
    }

    /// <summary>Another gateway has dialled the upstream that was left alone: who comes from now on need not wait for it.</summary>
    public void EndRest()
    {
        lock (_lock)
        {
            if (_rest is { } rest)
            {
                _run = Run.Opened();
                _rest = null;
                rest.End();
            }
        }
    }

    /// <summary>The upstream does not come back: the clients do, each at a time of its own.</summary>
    /// <param name="outcome">What those learn who still wait for an answer.</param>
    public void GiveUp(DialOutcome outcome = DialOutcome.Failed)
    {
        Close();
        Run.Refuse(outcome, dial: null, cursor: []);
        _roster.ForEach(static subscriber => subscriber.EndAtHead(CloseReason.UpstreamFailed));
    }

    /// <summary>Does what is due. Once a second.</summary>
    public void Sweep()
    {
        var now = Now;
        var idle = Route.Settings.Timeouts.Idle;
        lock (_lock)
        {
            var silent = now - Feed.LastBytes;
            if ((idle > TimeSpan.Zero && silent >= idle) || silent >= Feed.SilenceLimit)
            {
                _connection?.CancelAsync();
            }

            if (_users > 0 || ((now - _emptySince < Settings.Linger || IsHeldOpen) && !_registry.Draining))
            {
                return;
            }

            _isClosed = true;
        }

        _closed.Cancel();
    }

    /// <summary>The clients that were taken in and have not left, those that wait for the upstream's first answer among them.</summary>
    public int Users
    {
        get
        {
            lock (_lock)
            {
                return _users;
            }
        }
    }

    /// <summary>How the upstream is.</summary>
    public UpstreamState Upstream
    {
        get
        {
            lock (_lock)
            {
                return _rest is null ? _upstream : UpstreamState.Resting;
            }
        }
    }

    /// <summary>True when the upstream is left alone until somebody asks.</summary>
    public bool Rests
    {
        get
        {
            lock (_lock)
            {
                return _rest is not null;
            }
        }
    }

    /// <summary>True while it has the upstream for clients of other gateways.</summary>
    public bool IsHeldOpen
    {
        get => Volatile.Read(ref _isHeldOpen);
        set => Volatile.Write(ref _isHeldOpen, value);
    }

    /// <summary>The answer's fields, as clients get them; null before there has been a stream.</summary>
    public UpstreamHead? Head => _head;

    /// <summary>Another gateway has dialled, or has not, before this one came: a stream has had these fields.</summary>
    public void Remember(UpstreamHead head) => _head = head;

    /// <summary>Another gateway's upstream gave no stream, and this is what those who wait here are told.</summary>
    /// <param name="answer">What the upstream has said; null for nothing.</param>
    /// <param name="cursor">What it was said to; empty for nothing.</param>
    public void Refuse(UpstreamAnswer? answer, byte[] cursor)
    {
        Close();
        Run.Refuse(answer is null ? DialOutcome.Failed : DialOutcome.Refused, answer, cursor);
    }

    /// <summary>True when nobody has it and it only waits for somebody to come back.</summary>
    public bool Lingers => Users == 0;

    /// <summary>Lets nobody in any more and lets the upstream go.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        _closed.Cancel();
    }

    /// <summary>Closes it. What waits by its token may still do so.</summary>
    public void Dispose() => Close();

    // Guarded by _lock. The gateway's own ids are no cursors of the upstream's.
    private bool BeginsAfterCursors => Settings.Ids == EventIds.Upstream && !Log.HasFrames;

    // For OpeningGate. That an upstream does not go on after a cursor leaves nothing to wait for.
    private bool IsSettled(Run run)
    {
        if (!Feed.HasEvent)
        {
            return false;
        }

        lock (_lock)
        {
            return !run.HasCursors || (Feed.IsJudged && (Feed.HasMissed || run.AreKnown(Log)));
        }
    }
}
