using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Keeping;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Keeping.Upstream;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Life;

namespace SseGateway.Keeping;

/// <summary>One upstream answer to one POST, all that is kept of it, and those who read it: first the client that has asked, and whoever comes back.</summary>
/// <remarks>
/// Its upstream is asked once, by this gateway or by another one of the fleet. It goes on until the upstream ends it, until its owner stops it, until nobody
/// has read it for the grace time, or until the gateway goes down. Its end is kept with it: whoever comes later gets what there is and then the same end.
/// </remarks>
internal sealed class KeptAnswer : IPublication, IRetainer, IDisposable
{
    private readonly StreamRegistry _registry;
    // Most are read by one.
    private readonly Roster _roster = new();
    private readonly Publisher _publisher;
    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Never disposed: it has no timer, and a sweep may still come for an answer that is just over.
    private readonly CancellationTokenSource _upstream = new();

    // Why it was stopped, and why it ended; written once.
    private int _stoppedAs;
    private volatile CloseReason _endedAs;
    private volatile bool _isForgotten;
    private TimeSpan _endedAt;
    private StreamError? _trouble;

    private UpstreamHead? _head;

    // Those who wait for it or read it, and since when there has been nobody, on the registry's clock.
    private int _users;
    private long _emptySince;

    public KeptAnswer(AnswerOwner owner, RouteFeature route, StreamRegistry registry, PublicationTicker ticker, TimeProvider time)
    {
        (Owner, Route, _registry) = (owner, route, registry);
        Log = new FrameLog(new SharingSettings { LogBytes = Settings.LogBytes, LogCount = Settings.LogCount }, time, memory: registry.Memory);
        Feed = new AnswerFeed(this);
        _publisher = new Publisher(_roster, ticker, route.Settings.Coalesce);
    }

    public required string Id { get; init; }

    /// <summary>There is something new to be known of it. Must neither wait nor throw.</summary>
    public event Action? Changed;

    public AnswerOwner Owner { get; }

    public RouteFeature Route { get; }

    /// <summary>What the answer has been asked for by; whoever reads it needs the same rights.</summary>
    public required Endpoint Endpoint { get; init; }

    public KeepSettings Settings => Route.Settings.Keep;

    public IFrameLog Log { get; }

    public AnswerFeed Feed { get; }

    public TimeSpan Now => _registry.Now;

    /// <summary>Who has asked for it.</summary>
    public Reader Reader { get; private set; }

    /// <summary>What was seen of the body that it was asked for with; null for nothing.</summary>
    public RequestPeek? Asked { get; private set; }

    /// <summary>Cancelled when the upstream is to be left.</summary>
    public CancellationToken Stopped => _upstream.Token;

    /// <summary>Why it was stopped; none when it was not.</summary>
    public CloseReason StoppedAs => (CloseReason)Volatile.Read(ref _stoppedAs);

    /// <summary>Why it ended; none as long as it goes on.</summary>
    public CloseReason EndedAs => _endedAs;

    public bool IsOver => _endedAs != CloseReason.None;

    /// <summary>What readers are told of an upstream that has failed, where that is more than that it did; once it is over.</summary>
    public StreamError? Trouble => _trouble;

    /// <summary>True when the gateway that had its upstream is gone: readers may have had more than there is of it.</summary>
    public bool IsLost { get; set; }

    /// <summary>True once it is kept no longer: nobody is to be told of it.</summary>
    public bool IsForgotten
    {
        get => _isForgotten;
        set => _isForgotten = value;
    }

    /// <summary>True while somebody waits for it here, or reads it.</summary>
    public bool HasUsers => Volatile.Read(ref _users) > 0;

    /// <summary>Completes when the upstream has answered: true for a stream, which is kept.</summary>
    public Task<bool> Begun => _begun.Task;

    /// <summary>What the application calls the chat that it is for; null for none that is known.</summary>
    public string? Chat { get; private set; }

    /// <summary>True when nobody has read it, or waited for it, for as long as it goes on for.</summary>
    public bool IsAbandoned => !IsOver && Settings.GraceAfterLeave > TimeSpan.Zero && Volatile.Read(ref _users) == 0
        && Now - new TimeSpan(Volatile.Read(ref _emptySince)) >= Settings.GraceAfterLeave;

    /// <summary>True when it is over, and has been for as long as it is kept.</summary>
    public bool IsAged => IsOver && Now - _endedAt >= Settings.Age;

    /// <summary>The head of the upstream's answer; null as long as there is none.</summary>
    public UpstreamHead? Head => _head;

    public LineEnd LineEnd => Feed.LineEnd;

    bool IPublication.HasIds => Feed.HasIds;

    // Whoever has fallen behind all that is kept can come back, and is told then that something is gone.
    SlowAction IPublication.OnSlow => SlowAction.Close;

    long IRetainer.Retained => Log.Retained;

    void IRetainer.Shrink(long bytes)
    {
        Log.Shrink(bytes);
        Publish();
    }

    byte[]? IPublication.Greeting(Resumption resumption, string? after) => null;

    /// <summary>The upstream has answered with a stream.</summary>
    /// <param name="head">The answer's status and fields.</param>
    /// <param name="reader">Who has asked for it.</param>
    /// <param name="asked">What was seen of the request's body; null for nothing.</param>
    public void Begin(UpstreamHead head, Reader reader, RequestPeek? asked)
    {
        (Reader, Asked, _head) = (reader, asked, head);
        Feed.Begin();
        _begun.SetResult(true);
        Changed?.Invoke();
    }

    /// <summary>It is known which chat it is for.</summary>
    public void Name(string chat)
    {
        Chat = chat;
        Changed?.Invoke();
    }

    /// <summary>The upstream's answer is none that is kept, or there is none.</summary>
    public void Withdraw() => _begun.TrySetResult(false);

    /// <summary>Somebody waits for it, or reads it.</summary>
    public AnswerUse Enter()
    {
        Interlocked.Increment(ref _users);
        return new AnswerUse(this);
    }

    /// <summary>One of them has left. For <see cref="AnswerUse"/>.</summary>
    internal void Leave()
    {
        Volatile.Write(ref _emptySince, Now.Ticks);
        Interlocked.Decrement(ref _users);
    }

    /// <summary>Somebody reads it at another gateway, or did so until now.</summary>
    public void Touch() => Volatile.Write(ref _emptySince, Now.Ticks);

    /// <summary>Sets the head of the answer on the response of somebody who reads it again.</summary>
    public void CopyHeadTo(HttpResponse response) => _head!.CopyTo(response);

    /// <summary>Makes somebody a reader, whose response head is still to come.</summary>
    /// <param name="stream">The reader's.</param>
    /// <param name="writer">The way to it.</param>
    /// <param name="place">Where it begins.</param>
    /// <param name="isNumbered">True for a reader that comes back by ids alone: events without one get the number that they are counted by.</param>
    public Subscriber Subscribe(LiveStream stream, RecordWriter writer, LogPlace place, bool isNumbered)
    {
        var ids = isNumbered ? new NumberedRecords(place.Number, Settings.MaxFrameBytes) : null;
        var subscriber = new Subscriber(stream, this, writer, place.Cursor, greeting: null, ids);
        _roster.Add(subscriber);

        // Meanwhile it may have come to its end: either this sees it, or the reader is in the roster that is gone through.
        if (_endedAs is not CloseReason.None and var end)
        {
            EndAtHead(subscriber, end);
        }

        return subscriber;
    }

    public void Unsubscribe(Subscriber subscriber) => _roster.Remove(subscriber);

    /// <summary>There is something new in the log.</summary>
    public void Publish()
    {
        _publisher.Publish();
        Changed?.Invoke();
    }

    /// <summary>Leaves the upstream. For any thread; the first reason counts.</summary>
    /// <returns>False when it was stopped before.</returns>
    public bool Stop(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _stoppedAs, (int)reason, 0) != 0)
        {
            return false;
        }

        // Not here: what is left to do for it may be long.
        _upstream.CancelAsync();
        return true;
    }

    /// <summary>Leaves the upstream: the gateway has gone down. What waits by its token may still do so.</summary>
    public void Dispose() => Stop(CloseReason.Drained);

    /// <summary>Nothing comes any more. Readers get what there is, and then this end.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="trouble">What they are told of an upstream that has failed, where that is more than that it did.</param>
    public void End(CloseReason reason, StreamError? trouble = null)
    {
        _trouble = trouble;
        _endedAt = Now;
        _endedAs = reason;
        Interlocked.MemoryBarrier();
        _roster.ForEach(subscriber => EndAtHead(subscriber, reason));
        Changed?.Invoke();
    }

    private void EndAtHead(Subscriber subscriber, CloseReason reason) => subscriber.EndAtHead(reason, trouble: _trouble);

    /// <summary>Does what is due. Once a second.</summary>
    public void Sweep()
    {
        // The answer's head has a deadline of its own, in Transport/HeadDeadline.
        if (_begun.Task.IsCompleted && !IsOver && Feed.IsSilent(Now))
        {
            Stop(CloseReason.UpstreamFailed);
        }
    }
}
