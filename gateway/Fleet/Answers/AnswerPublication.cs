using System.Buffers;
using SseGateway.Fleet.Leases;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using SseGateway.Sharing.Log;
using StackExchange.Redis;

namespace SseGateway.Fleet.Answers;

/// <summary>
/// Has the store know a kept answer of this gateway's: one who reads its log like others, from a place of its own, and writes to the store what it reads.
/// Nobody waits for it: while the store is away the answer goes on in memory, and what the store lacks then is written when it is back.
/// </summary>
/// <param name="answer">The answer.</param>
/// <param name="store">The store.</param>
/// <param name="chats">Where the chat that it is for is found by its name.</param>
internal sealed class AnswerPublication(KeptAnswer answer, FleetStore store, StoredChats chats)
{
    // A token comes every 20 ms: where nobody reads them elsewhere the store is told of 25 at once.
    private static readonly TimeSpan PaceUnheard = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    // After so long without anything else it is written down again that it is there.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LivesLonger = TimeSpan.FromMinutes(2);

    // For those who come to it a while after its gateway has died.
    private readonly TimeSpan _lives = answer.Settings.Age + LivesLonger;
    private readonly StoredAnswer _stored = new(store, answer.Id);
    private readonly Signal _changed = new();
    private readonly Signal _hurry = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isForgotten;
    private volatile bool _isWhole;
    private volatile bool _mustVerify;
    private volatile bool _isBehind;
    private volatile bool _isHeard;
    private LogCursor _cursor;
    private int _isStarted;
    private bool _isThere;
    private bool _hasBegun;
    private string? _chat;
    private TimeSpan _written;

    // The frames that are there, and those on their way.
    private long _next;
    private int _frames;
    private int _begins;

    /// <summary>Completes when others find it, and its head.</summary>
    public Task Told => _told.Task;

    /// <summary>True when all of it is in the store.</summary>
    public bool IsWhole => _isWhole;

    /// <summary>True while the store lacks something of it since it is away.</summary>
    public bool IsBehind => _isBehind;

    /// <summary>True when somebody at another gateway heard of what was written last.</summary>
    public bool IsHeard => _isHeard;

    public KeptAnswer Answer => answer;

    /// <summary>True for one caller, who has it run.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _isStarted, 1) == 0;

    /// <summary>It is kept no longer.</summary>
    public void Forget()
    {
        _isForgotten = true;
        Hurry();
    }

    /// <summary>What there is is wanted now.</summary>
    public void Hurry()
    {
        _hurry.Set();
        _changed.Set();
    }

    /// <summary>The store may have lost it.</summary>
    public void Verify()
    {
        _mustVerify = true;
        Hurry();
    }

    /// <summary>Until it is forgotten. Never throws but for a fault.</summary>
    public async Task RunAsync()
    {
        answer.Changed += _changed.Set;
        while (!_isForgotten)
        {
            var wait = Pace;
            try
            {
                if (store.Status.IsHere)
                {
                    await WriteAsync().ConfigureAwait(false);
                    (_isBehind, wait) = (false, _isHeard ? Pace : PaceUnheard);
                }
                else
                {
                    (_isBehind, wait) = (!_isWhole, Again);
                }
            }
            catch (StoreAwayException)
            {
                (_isBehind, _mustVerify, wait) = (true, true, Again);
                _changed.Set();
            }

            await _hurry.WaitAsync(wait).ConfigureAwait(false);
            await _changed.WaitAsync(_isWhole ? Timeout.InfiniteTimeSpan : Renewal).ConfigureAwait(false);
        }

        answer.Changed -= _changed.Set;
        await RemoveAsync().ConfigureAwait(false);
    }

    // All there is.
    private async Task WriteAsync()
    {
        while (!_isForgotten)
        {
            // First whether it is over: then nothing comes after what is read.
            var isOver = answer.IsOver;
            var isBegun = answer.Head is not null;
            Read();
            var isRest = isOver && !_cursor.HasMore;
            var isNews = !_isThere || _frames > 0 || isBegun != _hasBegun || (isRest && !_isWhole);
            var isDue = _mustVerify || (!_isWhole && store.Now - _written >= Renewal);
            if (!isNews && !isDue)
            {
                await TellChatAsync().ConfigureAwait(false);
                if (isBegun)
                {
                    _told.TrySetResult();
                }

                return;
            }

            _chat = isDue || !_isThere ? null : _chat;
            _mustVerify = false;
            await WriteAsync(isBegun, isRest).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(bool isBegun, bool isRest)
    {
        var sent = store.Now;
        var piece = new AnswerPiece(_next + _frames, _frames, _bytes.WrittenMemory);
        _begins += _isThere ? 0 : 1;
        var (heard, top) = await _stored.AppendAsync(
            _isThere ? _next : null, _begins, piece, answer.Log.First, isRest ? answer.Settings.Age : _lives, Meta(isBegun, isRest)).ConfigureAwait(false);
        if (heard is null && (top != piece.Next || _frames == 0))
        {
            // The store has lost something, or has something older of it.
            _isThere = _isWhole = false;
            return;
        }

        // Also what had arrived when no answer did.
        (_next, _frames, _isThere, _hasBegun, _isWhole) = (piece.Next, 0, true, isBegun, isRest && heard is not null);
        (_isHeard, _written) = (heard > 0, sent);
    }

    private List<RedisValue> Meta(bool isBegun, bool isRest)
    {
        List<RedisValue> meta = _isThere ? [] : ["route", answer.Owner.RouteId, "node", store.NodeId];
        if (!_isThere && answer.Owner.Subject is { } subject)
        {
            meta.AddRange(["subject", subject]);
        }

        if (isBegun && !(_hasBegun && _isThere))
        {
            meta.AddRange(["begun", AnswerMeta.Begun(answer)]);
        }

        if (isRest)
        {
            meta.AddRange(["end", AnswerMeta.End(answer)]);
        }

        return meta;
    }

    private void Read()
    {
        if (!_isThere)
        {
            (_next, _frames) = (answer.Log.First, 0);
            while (!answer.Log.TryAfter(_next, out _cursor))
            {
                _next = answer.Log.First;
            }
        }

        if (_frames > 0)
        {
            // Those that had no answer.
            return;
        }

        _bytes.ResetWrittenCount();
        var lease = default(LogLease);
        switch (_cursor.TryRead(ref lease, out var records))
        {
            case LogRead.Records:
                _frames = records.Frames;
                _bytes.Write(records.Bytes.Span);
                break;
            case LogRead.RunOver:
                // More than is kept has come while the store was away.
                _isThere = false;
                lease.GiveBack();
                Read();
                return;
        }

        lease.GiveBack();
    }

    private async Task TellChatAsync()
    {
        if (answer is { Chat: { } chat, IsOver: false } && chat != _chat)
        {
            await chats.NameAsync(new ChatName(answer.Owner.RouteId, answer.Owner.Subject, chat), answer.Id, _lives).ConfigureAwait(false);
            _chat = chat;
        }
    }

    // Never fails: else it ends by itself. But for the head of one that has not begun somebody at another gateway may wait until then.
    private async Task RemoveAsync()
    {
        var since = store.Now;
        do
        {
            try
            {
                await _stored.RemoveAsync().ConfigureAwait(false);
                return;
            }
            catch (StoreAwayException)
            {
                await _hurry.WaitAsync(Again).ConfigureAwait(false);
            }
        }
        while (answer.Head is null && store.Now - since < _lives);
    }
}
