using System.Buffers;
using System.Text;
using SseGateway.Budgets.Memory;
using SseGateway.Configuration;
using SseGateway.Protocol;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Endings;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing;

/// <summary>One upstream stream, what is retained of it, and the clients that have it in common.</summary>
internal sealed class SharedStream : IRetainer, IDisposable
{
    private readonly StreamRegistry _registry;
    private readonly SharingMetrics _metrics;
    private readonly bool _notices;
    private readonly Roster _roster = new();

    // Never disposed: it has no timer, and a client may still come to see that it is closed.
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource<DialOutcome> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private CancellationTokenSource? _connection;
    private int _users;
    private bool _isClosed;
    private TimeSpan _emptySince;

    private volatile UpstreamHead? _head;

    public SharedStream(ShareKey key, ShareRequest request, RouteFeature route, Endpoint endpoint, StreamRegistry registry, SharingMetrics metrics, TimeProvider time)
    {
        (Key, Request, Route, Endpoint) = (key, request, route, endpoint);
        (_registry, _metrics) = (registry, metrics);
        _notices = Settings.Notices && route.Settings.Notices;
        Log = new FrameLog(Settings, time, Settings.Ids == EventIds.Gateway ? Epoch : null, registry.Memory);
        Feed = new UpstreamFeed(this);
    }

    public ShareKey Key { get; }

    public ShareRequest Request { get; }

    public RouteFeature Route { get; }

    public SharingSettings Settings => Key.Settings;

    /// <summary>The route's, as the newest client came by it: a reload may have replaced the first one's.</summary>
    public Endpoint Endpoint { get; private set; }

    /// <summary>Tells this stream's own ids from those of any other, also of one with the same key that was before it.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(BitConverter.GetBytes(Random.Shared.NextInt64()));

    public IFrameLog Log { get; }

    public UpstreamFeed Feed { get; }

    public TimeSpan Now => _registry.Now;

    public int Subscribers => _roster.Count;

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Completes when the first answer of the upstream is there, or fails to come.</summary>
    public Task<DialOutcome> Opening => _opening.Task;

    /// <summary>Why the first attempt failed.</summary>
    public IForwarderErrorFeature? Error { get; private set; }

    /// <summary>What the upstream said instead of a stream.</summary>
    public UpstreamAnswer? Answer { get; private set; }

    /// <summary>Takes a client in.</summary>
    /// <param name="endpoint">The route's, as this client came by it.</param>
    /// <returns>False when it is over; then another one takes its place.</returns>
    public bool TryEnter(Endpoint endpoint)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _users++;
            Endpoint = endpoint;
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

    long IRetainer.Retained => Log.Retained;

    void IRetainer.Shrink(long bytes)
    {
        Log.Shrink(bytes);

        // The clients go on to where it is now.
        Publish();
    }

    /// <summary>Makes a client that has been taken in a subscriber. Its response head is still to come.</summary>
    /// <param name="context">The client's request; gets its response's status and fields.</param>
    /// <param name="stream">The client's.</param>
    /// <param name="isEarly">True when it was there before the upstream had answered: what came with the answer, or before this client was
    /// served, is live for it.</param>
    public Subscriber Subscribe(HttpContext context, LiveStream stream, bool isEarly)
    {
        var cursor = ClientCursor.Of(context.Request);
        var onGap = isEarly && Settings.OnGap == GapAction.Live ? GapAction.Oldest : Settings.OnGap;
        var resumption = Log.Resume(cursor, isEarly ? JoinPoint.All : Settings.Join, onGap);
        var headers = context.Response.Headers;
        _head!.CopyTo(headers);
        headers["Sse-Resume"] = resumption.Kind switch
        {
            ResumeKind.Exact => "exact",
            ResumeKind.Gap => "gap",
            _ => "live",
        };
        var greeting = Greeting(resumption, cursor, stream.Reader);
        var subscriber = new Subscriber(stream, this, RecordWriter.For(context), resumption.Cursor, greeting);
        if (resumption.Kind == ResumeKind.Gap && Settings.OnGap == GapAction.Close)
        {
            subscriber.CloseAfterGreeting();
        }

        _roster.Add(subscriber);
        if (Closed.IsCancellationRequested)
        {
            // Given up meanwhile: either this sees it, or the subscriber is in the roster that is gone through.
            subscriber.GiveUp();
        }

        return subscriber;
    }

    public void Unsubscribe(Subscriber subscriber) => _roster.Remove(subscriber);

    /// <summary>There is something new in the log.</summary>
    public void Publish() => _roster.Publish();

    /// <summary>The upstream has answered with a stream.</summary>
    public void Open(UpstreamHead head)
    {
        _head = head;
        _opening.TrySetResult(DialOutcome.Opened);
    }

    /// <summary>The first attempt at the upstream gave no stream: that is the answer of everybody who waits, and of nobody later.</summary>
    public void Refuse(UpstreamDial dial)
    {
        (Answer, Error) = (dial.Answer, dial.Error);
        Close();
        _opening.TrySetResult(dial.Outcome);
    }

    /// <summary>Says what ends the upstream's connection while there is one; null when there is none any more.</summary>
    public void Watch(CancellationTokenSource? connection)
    {
        lock (_lock)
        {
            _connection = connection;
        }
    }

    /// <summary>The upstream does not come back: the clients do, each at a time of its own.</summary>
    public void GiveUp()
    {
        Close();
        Error ??= new ForwardingError(ForwarderError.Request, null);
        _opening.TrySetResult(DialOutcome.Failed);
        _roster.ForEach(static subscriber => subscriber.GiveUp());
    }

    /// <summary>The frame that tells a client of a gap of its own; null when notices are off.</summary>
    public byte[]? Tell(Resumption gap, string? after)
    {
        _metrics.Gap(Key.RouteId, gap.Gap);
        if (!_notices)
        {
            return null;
        }

        var frame = new ArrayBufferWriter<byte>();
        GapNotice.Write(frame, after, gap.ResumedAt, gap.Gap);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>Tells all clients, those to come included, of what the upstream has left out.</summary>
    public void TellOfUpstreamGap(string? after, string? resumedAt)
    {
        _metrics.Gap(Key.RouteId, GapReason.Upstream);
        if (_notices)
        {
            var frame = new ArrayBufferWriter<byte>();
            GapNotice.Write(frame, after, resumedAt, GapReason.Upstream);
            if (frame.WrittenCount > Settings.MaxFrameBytes)
            {
                // The upstream's ids are as long as frames.
                frame.ResetWrittenCount();
                GapNotice.Write(frame, after: null, resumedAt: null, GapReason.Upstream);
            }

            Log.Append(new LogFrame { Bytes = frame.WrittenSpan, IsNotice = true });
        }
    }

    /// <summary>The upstream has sent an event that only the gateway may send.</summary>
    public void DropNotice() => _metrics.NoticeDropped(Key.RouteId);

    /// <summary>Does what is due. Once a second.</summary>
    public void Sweep()
    {
        var now = Now;
        var idle = Route.Settings.Timeouts.Idle;
        lock (_lock)
        {
            if (idle > TimeSpan.Zero && now - Feed.LastBytes >= idle)
            {
                _connection?.CancelAsync();
            }

            if (_users > 0 || (now - _emptySince < Settings.Linger && !_registry.Draining))
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

    private byte[]? Greeting(Resumption resumption, ReadOnlySpan<byte> cursor, Reader reader)
    {
        var notice = resumption.Kind == ResumeKind.Gap ? Tell(resumption, Encoding.UTF8.GetString(cursor)) : null;
        if (Feed.Retry is not { } retry || !EndingTable.TakesRetry(reader))
        {
            return notice;
        }

        var frames = new ArrayBufferWriter<byte>();
        FrameWriter.WriteRetry(frames, (int)retry.TotalMilliseconds);
        frames.Write(notice ?? []);
        return frames.WrittenSpan.ToArray();
    }
}
