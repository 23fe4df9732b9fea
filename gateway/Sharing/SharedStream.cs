using System.Buffers;
using System.Text;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Notices;
using SseGateway.Streams.Output;

namespace SseGateway.Sharing;

/// <summary>One upstream stream, what is retained of it, and the clients that have it in common.</summary>
internal sealed partial class SharedStream : IPublication, IRetainer, ISharedView, IDisposable
{
    private const string ResumeField = "Sse-Resume";

    // Each may be a byte longer than it is written.
    private const int LineEndsOfNotice = 3;

    private readonly StreamRegistry _registry;
    private readonly SharingMetrics _metrics;
    private readonly bool _notices;
    private readonly Roster _roster = new();
    private readonly Publisher _publisher;

    private volatile UpstreamHead? _head;

    public SharedStream(ShareKey key, ShareRequest request, RouteFeature route, Endpoint endpoint, StreamRegistry registry, SharingMetrics metrics,
        PublicationTicker ticker, TimeProvider time, IStreamKeeper? keeper = null)
    {
        (Key, Request, Route, Endpoint) = (key, request, route, endpoint);
        (_registry, _metrics) = (registry, metrics);
        _notices = Settings.Notices && route.Settings.Notices;

        // Its epoch tells this stream's own ids from those of any other, also of one with the same key that was before it.
        var own = new LogSink(this);
        Log = new FrameLog(Settings, time, Settings.Ids == EventIds.Gateway ? own.Epoch : null, registry.Memory);
        Feed = new UpstreamFeed(this);
        _publisher = new Publisher(_roster, ticker, route.Settings.Coalesce);
        Sink = keeper?.CreateSink(this) ?? own;
    }

    public ShareKey Key { get; }

    public ShareRequest Request { get; }

    public RouteFeature Route { get; }

    public SharingSettings Settings => Key.Settings;

    /// <summary>The route's, as the newest client came by it: a reload may have replaced the first one's.</summary>
    public Endpoint Endpoint { get; private set; }

    /// <summary>What it was asked for by, for operators.</summary>
    public string ShownPath => StreamPath.Of(Endpoint, Request.RawPath);

    public IFrameLog Log { get; }

    public UpstreamFeed Feed { get; }

    /// <summary>Where frames go on their way to the log.</summary>
    public IFrameSink Sink { get; }

    public TimeSpan Now => _registry.Now;

    public int Subscribers => _roster.Count;

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Closed => _closed.Token;

    LineEnd IPublication.LineEnd => Feed.LineEnd;

    // Whoever shares it comes back with a GET anyway.
    bool IPublication.HasIds => false;

    SlowAction IPublication.OnSlow => Settings.OnSlow;

    long IRetainer.Retained => Log.Retained;

    string ISharedView.RouteId => Key.RouteId;

    string ISharedView.Path => ShownPath;

    int ISharedView.Clients => Users;

    long ISharedView.Retained => Log.Retained;

    long ISharedView.MostRetained => Settings.LogBytes;

    void IRetainer.Shrink(long bytes)
    {
        Log.Shrink(bytes);

        // The clients go on to where it is now.
        Publish();
    }

    /// <summary>Makes a client that has been taken in a subscriber. Its response head is still to come.</summary>
    /// <param name="context">The client's request; gets its response's status and fields.</param>
    /// <param name="stream">The client's.</param>
    /// <param name="entry">What it was taken in with.</param>
    public Subscriber Subscribe(HttpContext context, LiveStream stream, in Entry entry)
    {
        var resumption = Log.Resume(entry.Cursor, Settings.Join, Settings.OnGap, AskedBy(entry));
        _head!.CopyTo(context.Response);
        stream.Meet(context.Response.Headers);
        context.Response.Headers[ResumeField] = Word(resumption.Kind);
        var greeting = Greeting(resumption, entry.Cursor.Length == 0 ? null : Encoding.UTF8.GetString(entry.Cursor));
        var subscriber = new Subscriber(stream, this, RecordWriter.For(context), resumption.Cursor, WithRetry(greeting, resumption.From, stream));
        if (resumption.Kind == ResumeKind.Gap && Settings.OnGap == GapAction.Close)
        {
            subscriber.CloseAfterGreeting();
        }

        _roster.Add(subscriber);

        // Meanwhile it may have come to an end: either this sees it, or the subscriber is in the roster that is gone through.
        if (Closed.IsCancellationRequested)
        {
            subscriber.EndAtHead(CloseReason.UpstreamFailed);
        }
        else if (entry.Run.IsOver)
        {
            subscriber.EndAtHead(CloseReason.UpstreamEnded, Farewell());
        }

        return subscriber;
    }

    public void Unsubscribe(Subscriber subscriber) => _roster.Remove(subscriber);

    /// <summary>There is something new in the log.</summary>
    public void Publish() => _publisher.Publish();

    /// <summary>What a client gets before the first frame from the log: the newest snapshot, and that something is missing after it.</summary>
    public byte[]? Greeting(Resumption resumption, string? after)
    {
        var notice = resumption.Kind == ResumeKind.Gap ? Tell(resumption, after) : null;
        return notice is null ? resumption.Snapshot : [.. resumption.Snapshot ?? [], .. notice];
    }

    // Null when notices are off.
    private byte[]? Tell(Resumption gap, string? after)
    {
        _metrics.Gap(Key.RouteId, gap.Gap);
        if (!_notices)
        {
            return null;
        }

        var frame = new ArrayBufferWriter<byte>();
        GapNotice.Write(frame, after, gap.ResumedAt, gap.Gap);
        return OwnFrame.In(frame.WrittenSpan.ToArray(), Feed.LineEnd);
    }

    /// <summary>Tells the clients, those to come included, of what the upstream has left out.</summary>
    /// <param name="after">The last id before that.</param>
    /// <param name="resumedAt">The first one after it; null when it is not known.</param>
    /// <param name="onlyReturning">True when those that came without a cursor, and begin after that, have missed nothing.</param>
    public void TellOfUpstreamGap(string? after, string? resumedAt, bool onlyReturning)
    {
        _metrics.Gap(Key.RouteId, GapReason.Upstream);
        if (_notices)
        {
            var frame = new ArrayBufferWriter<byte>();
            GapNotice.Write(frame, after, resumedAt, GapReason.Upstream);
            if (frame.WrittenCount + LineEndsOfNotice > Settings.MaxFrameBytes)
            {
                // The upstream's ids are as long as frames.
                frame.ResetWrittenCount();
                GapNotice.Write(frame, after: null, resumedAt: null, GapReason.Upstream);
            }

            var notice = OwnFrame.In(frame.WrittenSpan.ToArray(), Feed.LineEnd);
            Sink.Append(new LogFrame { Bytes = notice, IsNotice = true, IsForReturning = onlyReturning });
        }
    }

    /// <summary>Tells the clients that are here of what this gateway has missed of what others have.</summary>
    /// <param name="resumedAt">The first id after it; null when it is not known.</param>
    /// <param name="reason">Why.</param>
    public void TellOfMissed(string? resumedAt, GapReason reason)
    {
        _metrics.Gap(Key.RouteId, reason);
        if (_notices)
        {
            var frame = new ArrayBufferWriter<byte>();
            GapNotice.Write(frame, Feed.ClientsLastEventId, resumedAt, reason);
            Log.AppendApart(OwnFrame.In(frame.WrittenSpan.ToArray(), Feed.LineEnd));
        }
    }

    /// <summary>The upstream has sent an event that only the gateway may send.</summary>
    public void DropNotice() => _metrics.NoticeDropped(Key.RouteId);

    // Null where only the first id will tell.
    private string? Word(ResumeKind kind) => kind switch
    {
        ResumeKind.Exact => "exact",
        ResumeKind.Gap => "gap",
        ResumeKind.Live => "live",
        _ => Feed.HasGoneOn switch { true => "exact", false => "gap", null => null },
    };

    // Once: what follows from the log may say it.
    private byte[]? WithRetry(byte[]? greeting, long from, LiveStream stream)
    {
        if (!EndingTable.TakesRetry(stream.Reader))
        {
            return greeting;
        }

        var upstreams = Feed.Retry;
        var wait = upstreams is null ? stream.UsualWait : Feed.RetryAt < from ? upstreams : null;
        return wait is { } retry ? [.. Retry(retry), .. greeting ?? []] : greeting;
    }

    // What the upstream has asked for, or what clients of the gateway's own ends are told; not all at the same moment.
    private byte[] Farewell() => Retry(
        Feed.Retry is { } retry ? Jitter.Of(retry) : TimeSpan.FromMilliseconds(RetryWait.Soon.Milliseconds()));

    private byte[] Retry(TimeSpan wait) => OwnFrame.In(Notice.Retry(wait), Feed.LineEnd);
}
