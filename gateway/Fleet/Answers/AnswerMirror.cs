using SseGateway.Fleet.Leases;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Life;

namespace SseGateway.Fleet.Answers;

/// <summary>
/// Another gateway's answer, for those who read it here: a log of its own that is filled from the store. The store says only that there is something new, and
/// what that is is read, from the number on that is here.
/// </summary>
internal sealed class AnswerMirror
{
    // What a gateway has that lives, nobody is to take for an orphan.
    private static readonly TimeSpan MostAbsence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NodesSettle = TimeSpan.FromSeconds(5);

    // For as long a gateway that lives is asked for what the store has lost.
    private static readonly TimeSpan MostMissing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    // Whoever comes back soon need not wait for all of it again.
    private static readonly TimeSpan Lingers = TimeSpan.FromSeconds(10);

    private static readonly StreamError StoreLost = new(
        "gateway_elsewhere", "The gateways have lost their store, and this answer is another one's; it may go on there");

    private static readonly StreamError GatewayLost = new("gateway_lost", "The gateway that had this answer is gone; the answer is not complete");

    private readonly FleetStore _store;
    private readonly StoredAnswer _stored;
    private readonly Action _miss;
    private readonly StoreChannel _channel;
    private readonly Signal _changed = new();
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _isStarted;
    private volatile string _node = "";
    private volatile bool _isGone;
    private volatile bool _isRemoved;
    private TimeSpan? _absentSince;
    private TimeSpan? _unusedSince;

    // Guarded by _lock.
    private bool _isClosed;

    /// <param name="answer">In which it is.</param>
    /// <param name="card">What was known of it.</param>
    /// <param name="store">The store.</param>
    /// <param name="miss">Has the gateway that has the upstream be told that the store has nothing of it. Must neither wait nor throw.</param>
    public AnswerMirror(KeptAnswer answer, AnswerCard card, FleetStore store, Action miss)
    {
        (Answer, Card, _store, _stored, _miss) = (answer, card, store, new StoredAnswer(store, card.Id), miss);
        _channel = new StoreChannel(_stored.Channel, Hear);
    }

    public KeptAnswer Answer { get; }

    public AnswerCard Card { get; }

    /// <summary>The node that has its upstream, by its id; empty as long as nothing of it is here.</summary>
    public string Node => _node;

    /// <summary>Completes when it has what there was: false when that was nothing.</summary>
    public Task<bool> Ready => _ready.Task;

    /// <summary>When the gateway that has the upstream was told of readers here for the last time.</summary>
    public TimeSpan Told { get; set; }

    /// <summary>True while that gateway is to be told.</summary>
    public bool IsUsed { get; set; }

    /// <summary>True for one caller, who has it run.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _isStarted, 1) == 0;

    /// <summary>Somebody waits for it, or reads it; null when it is closed.</summary>
    public AnswerUse? TryEnter()
    {
        lock (_lock)
        {
            return _isClosed ? null : Answer.Enter();
        }
    }

    /// <summary>There may be something new, or the store is here again.</summary>
    public void Compare() => _changed.Set();

    /// <summary>Until it is closed, or all of it is here. Throws for faults alone.</summary>
    public async Task RunAsync()
    {
        try
        {
            await _store.SubscribeAsync(_channel).ConfigureAwait(false);
            while (!IsClosed && !Answer.IsOver)
            {
                await FillAsync().ConfigureAwait(false);
                await _changed.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            }
        }
        catch (StoreAwayException)
        {
            // Nothing of it has come, and whoever waits is told so.
            Close();
        }
        finally
        {
            _ready.TrySetResult(false);
            await _store.UnsubscribeAsync(_channel).ConfigureAwait(false);
        }
    }

    /// <summary>Does what is due. One call at a time.</summary>
    /// <param name="mostAway">For how long readers wait for a store that is away.</param>
    public void Sweep(TimeSpan mostAway)
    {
        if (_store.AwayFor > mostAway)
        {
            // It may go on where it is. Readers are to come back, and are told then whose it is.
            if (TryEnd(StoreLost))
            {
                Close();
            }
        }
        else if (IsOrphan())
        {
            Answer.IsLost = true;
            TryEnd(GatewayLost);
            if (Answer.Head is null)
            {
                // Of nothing there is nothing to be read. If its gateway has only slept, whoever comes later finds it anew.
                Close();
            }
        }

        _unusedSince = Answer.HasUsers ? null : _unusedSince ?? _store.Now;
        if (_unusedSince is { } since && _store.Now - since >= Lingers)
        {
            CloseUnused();
        }
        else
        {
            // A message may have been missed.
            _changed.Set();
        }
    }

    /// <summary>A fault: readers are cut.</summary>
    public void Fail()
    {
        TryEnd(GatewayLost);
        Close();
    }

    private void Hear(ReadOnlyMemory<byte> message)
    {
        _isRemoved |= StoredAnswer.IsRemoval(message);
        _changed.Set();
    }

    private void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        _changed.Set();
    }

    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _isClosed;
            }
        }
    }

    private void CloseUnused()
    {
        lock (_lock)
        {
            _isClosed |= !Answer.HasUsers;
        }

        _changed.Set();
    }

    private bool TryEnd(StreamError trouble)
    {
        lock (_lock)
        {
            if (Answer.IsOver)
            {
                return false;
            }

            Answer.Withdraw();
            Answer.End(CloseReason.UpstreamFailed, trouble);
            return true;
        }
    }

    private bool IsOrphan()
    {
        var isSettled = _store.Status is { IsHere: true, Since: var here } && _store.Now - here > NodesSettle;
        var isNodeGone = _node.Length > 0 && !_store.Nodes.Any(node => node.Id == _node);
        _absentSince = isSettled && (isNodeGone || _isGone) ? _absentSince ?? _store.Now : null;
        return _absentSince is { } since && _store.Now - since >= (isNodeGone ? MostAbsence : MostMissing);
    }

    private async Task FillAsync()
    {
        try
        {
            AnswerPage? page;
            do
            {
                page = await _stored.ReadAsync(Answer.Log.Next).ConfigureAwait(false);
                if (page is null)
                {
                    NoteGone();
                    return;
                }

                if (Take(page))
                {
                    Answer.Publish();
                }
            }
            while (page.IsFull && !Answer.IsOver);
            _ready.TrySetResult(true);
        }
        catch (StoreAwayException)
        {
            await _changed.WaitAsync(Again).ConfigureAwait(false);
            _changed.Set();
        }
    }

    // The store has been emptied, and its gateway writes it again; or that one has removed it, and if it has not begun the service has refused it. Of the
    // removal nothing may have been heard: then it is not written again, and its time as an orphan begins.
    private void NoteGone()
    {
        _isGone = true;
        if (!_isRemoved)
        {
            _miss();
            return;
        }

        _ready.TrySetResult(false);
        if (Answer.Head is null)
        {
            Answer.Withdraw();
            Close();
        }
    }

    // True when something of it is new.
    private bool Take(AnswerPage page)
    {
        lock (_lock)
        {
            if (Answer.IsOver)
            {
                return false;
            }

            (_node, _isGone) = (page.Node, false);
            if (page.Begun is not null && Answer.Head is null)
            {
                AnswerMeta.Begin(Answer, page.Begun);
            }

            var next = Answer.Log.Next;
            foreach (var piece in page.Pieces)
            {
                if (!TryTake(piece))
                {
                    Answer.End(CloseReason.Slow);
                    _isClosed = true;
                    return true;
                }
            }

            if (page is { End: { } end, IsFull: false })
            {
                AnswerMeta.End(Answer, end);
            }

            return Answer.Log.Next != next;
        }
    }

    // False when more than is kept has come since the last time: something lies between.
    private bool TryTake(AnswerPiece piece)
    {
        var log = Answer.Log;
        if (piece.First > log.Next)
        {
            if (log.HasFrames)
            {
                return false;
            }

            log.Restart("", piece.First, isBeginning: false);
        }

        var records = piece.Bytes.Span;
        for (var number = piece.First; number < piece.Next; number++)
        {
            var frame = ChunkFraming.Next(ref records);
            if (number == log.Next)
            {
                Answer.Feed.Take(frame);
            }
        }

        return true;
    }
}
