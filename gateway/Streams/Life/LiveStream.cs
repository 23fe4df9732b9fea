using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Network;
using SseGateway.Streams.Notices;
using SseGateway.Streams.Output;
using SseGateway.Streams.Telemetry.Access;

namespace SseGateway.Streams.Life;

/// <summary>
/// What every event stream has, from its admission to its end: whom it is for, its deadlines, a way to be ended, and the reason it ended.
/// </summary>
/// <remarks>
/// The first reason wins. <see cref="Ended"/> is cancelled when the stream is over for whoever serves it: by the client's leaving, by
/// <see cref="Abort"/>, or, after <see cref="End"/>, at the next end of a frame. Dispose when the response is over.
/// </remarks>
internal sealed class LiveStream : IDisposable
{
    private readonly StreamRegistry _registry;
    private readonly StreamDeadlines _deadlines;
    private readonly StreamClient _client;
    private readonly StreamConnection _connection;
    private RequestPeek? _peek;
    private readonly TimeSpan _admitted;

    // Never disposed: it has no timer and no wait handle, and a sweep or a drain may still come for a stream that has just ended.
    private readonly CancellationTokenSource _ended = new();
    private CancellationTokenRegistration _leaving;
    private StreamLease? _lease;
    private SweepSlot _slot;
    private volatile StreamOutput? _output;
    private TimeSpan? _opened;
    private int _reason;
    private long _countedFrames;
    private long _countedBytes;

    /// <param name="registry">Where it will be listed.</param>
    /// <param name="context">The request.</param>
    /// <param name="routeId">The route.</param>
    /// <param name="client">Whom it is for.</param>
    /// <param name="settings">What holds on the route.</param>
    /// <param name="asked">When the request came, on the registry's clock; now when it is not given. A request that turns out to be for a
    /// stream by its answer is admitted only then, but has waited for its head all the while.</param>
    /// <param name="mode">Where its frames come from.</param>
    public LiveStream(
        StreamRegistry registry, HttpContext context, string routeId, StreamClient client, RouteSettings settings, TimeSpan? asked = null,
        StreamMode mode = StreamMode.Relay)
    {
        (_registry, _client) = (registry, client);
        _connection = new StreamConnection(context);
        SharedConnection = SharedConnection.Of(context);
        _deadlines = new StreamDeadlines(this, settings, client.ExpiresAt, new ClientNetwork(_connection));
        RouteId = routeId;
        Method = context.Request.Method;
        Path = StreamPath.Of(context);
        Trace = context.Features.Get<AccessTrace>();
        Trace?.Note(context);
        Mode = mode;
        Reader = Reader.Of(context.Request, settings.Dialect);
        _peek = context.Features.Get<RequestPeek>();
        IsListening = StreamSigns.IsSubscription(context.Request);
        Number = registry.NextNumber();
        _admitted = asked ?? registry.Now;
        Counts = registry.Metrics.Counts(routeId, Mode);
    }

    /// <summary>Grows by one with every stream of this process.</summary>
    public long Number { get; }

    /// <summary>The stream's name in logs and for operators; does not come again in another run of the gateway.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{_registry.Epoch}-{Number}");

    public string RouteId { get; }

    public string Method { get; }

    /// <summary>What was asked for, without its query: the route's template where there is one, which is the same for all its streams.</summary>
    public string Path { get; }

    /// <summary>What the access log says of its request; null where there is no such log.</summary>
    public AccessTrace? Trace { get; }

    public StreamMode Mode { get; private set; }

    /// <summary>The connection that it shares with other streams; null on HTTP/1.1.</summary>
    public SharedConnection? SharedConnection { get; }

    /// <summary>Who reads it.</summary>
    public Reader Reader { get; private set; }

    /// <summary>The JSON-RPC id that it was asked for with; null when it is not known.</summary>
    public ReadOnlyMemory<byte>? RequestId => Reader.Dialect == Dialect.Mcp ? JsonRpcId.Of(_peek) : null;

    /// <summary>True for a POST without an end of its own, which is sent again when it ends: MCP's <c>subscriptions/listen</c>.</summary>
    public bool IsListening { get; }

    /// <summary>What the client is told of an upstream that has failed, where that is more than that it did.</summary>
    public StreamError? Trouble { get; set; }

    /// <summary>Where it is counted, with the others of its route and mode.</summary>
    public StreamCounts Counts { get; private set; }

    /// <summary>Null without authentication.</summary>
    public string? Subject => _client.Subject;

    /// <summary>Hexadecimal SHA-256 of the API key; null with any other credential.</summary>
    public string? KeyId => _client.KeyId;

    /// <summary>When the credential was issued; null when it does not say.</summary>
    public DateTimeOffset? IssuedAt => _client.IssuedAt;

    /// <summary>The client's address; empty on a Unix socket.</summary>
    public string Address => _client.Address?.ToString() ?? "";

    /// <summary>Its client's address as the limits see it.</summary>
    public AddressKey AddressKey => AddressKey.Of(_client.Address);

    public StreamState State => Reason != CloseReason.None ? StreamState.Ending : _opened is null ? StreamState.Opening : StreamState.Open;

    public DateTimeOffset AdmittedAt => _registry.At(_admitted);

    public DateTimeOffset? OpenedAt => _opened is { } opened ? _registry.At(opened) : null;

    /// <summary>When bytes were last written, to the second.</summary>
    public DateTimeOffset? LastWriteAt => _output is { Bytes: > 0 } output ? _registry.At(output.LastWrite) : null;

    /// <summary>Bytes of the body on their way to the client.</summary>
    public long Bytes => _output?.Bytes ?? 0;

    public long Frames => _output?.Frames ?? 0;

    /// <summary>The last writes to the client since somebody has first asked, with the time of day of each.</summary>
    public IReadOnlyList<(DateTimeOffset At, int Frames, int Bytes)> Look() =>
        [.. (_output?.Look(_registry.Now) ?? []).Select(passed => (_registry.At(passed.At), passed.Frames, passed.Bytes))];

    /// <summary>True while a write to the client is under way.</summary>
    public bool Writing => _output?.Writing ?? false;

    /// <summary>How long the write under way has been waiting for the client, to the second.</summary>
    public TimeSpan WriteWaiting => _output?.Waiting ?? TimeSpan.Zero;

    /// <summary>Bytes of memory that wait for the client.</summary>
    public int WaitingBytes => _output?.WaitingBytes ?? 0;

    /// <summary>From the request to the response head; null before that.</summary>
    public TimeSpan? TimeToHead => _opened - _admitted;

    /// <summary>Since the request.</summary>
    public TimeSpan Age => _registry.Now - _admitted;

    /// <summary>Since the response head; zero before that.</summary>
    public TimeSpan Lifetime => _opened is { } opened ? _registry.Now - opened : TimeSpan.Zero;

    /// <summary>The wait before it comes back that its client has to be told, since it was told a long one before; null when there is no need.</summary>
    public TimeSpan? UsualWait => _registry.SentAway.Contains(AddressKey.Of(_client.Address), _registry.Now) ? SentAway.Usual : null;

    /// <summary>True when its own upstream may not miss its pings.</summary>
    public bool WatchesBeats => Mode == StreamMode.Relay && _deadlines.WatchesBeats;

    /// <summary>The registry's clock.</summary>
    internal TimeSpan Now => _registry.Now;

    public CancellationToken Ended => _ended.Token;

    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>
    /// True when a client can come back for the rest. Another method than GET is not repeated, and its stream not ended in a way that would
    /// let half an answer look like a whole one.
    /// </summary>
    public bool Resumable => Reader.CanComeBack;

    /// <summary>The head of the answer is here, before the client has it.</summary>
    /// <param name="answer">Its fields.</param>
    public void Meet(IHeaderDictionary answer) => Reader = Reader.With(answer);

    /// <summary>Lists it, and lets the client's leaving end it.</summary>
    /// <param name="lease">Its place in the counts, given back at its end.</param>
    public void Begin(StreamLease lease)
    {
        _lease = lease;
        lease.Attach(this);
        _slot = _registry.Add(this);
        _leaving = _connection.Gone.UnsafeRegister(static self => ((LiveStream)self!).Leave(), this);
    }

    /// <summary>Goes by the connection from now on instead of the request, which is about to end before the stream does.</summary>
    /// <param name="connection">The connection. Where its token is none, whoever has it calls <see cref="Leave"/>.</param>
    /// <param name="socket">Its socket.</param>
    public void Detach(IHttpRequestLifetimeFeature connection, SafeHandle socket)
    {
        _connection.Detach(connection, socket);
        _leaving.Unregister();
        _leaving = _connection.Gone.UnsafeRegister(static self => ((LiveStream)self!).Leave(), this);
    }

    /// <summary>Its frames come from an upstream response of its own after all. Before it is connected.</summary>
    public void Unshare() => TakeFrom(StreamMode.Relay);

    /// <summary>Its frames are those of an answer that is kept. Before it is connected.</summary>
    /// <param name="reader">Who has asked for that answer: whoever reads it speaks the same, and finds it nowhere else.</param>
    /// <param name="asked">What was seen of the body that it was asked for with; null for nothing.</param>
    public void Keep(Reader reader, RequestPeek? asked)
    {
        TakeFrom(StreamMode.Kept);
        _peek = asked;
        Reader = reader with { HasParser = Reader.HasParser, AsksForNotices = Reader.AsksForNotices };
    }

    /// <summary>Says how bytes get to the client. The head is sent by the caller, who then calls <see cref="Open"/>.</summary>
    public void Connect(StreamOutput output)
    {
        _output = output;

        // Whoever ends a stream sets the reason and then looks for its output; here it is the other way round, so one of the two sees it.
        Interlocked.MemoryBarrier();
        if (Reason != CloseReason.None)
        {
            SetEnded();
        }

        Wake();
    }

    /// <summary>The client has the response head.</summary>
    public void Open()
    {
        _opened = _registry.Now;
        SharedConnection?.Add(this);
        _deadlines.Start(_opened.Value);
        _lease?.NoteOpened();
        _registry.Metrics.Opened(this);
        _registry.Log.Opened(this);
        _output!.Open(_opened.Value);
        if (Mode == StreamMode.Relay && EndingTable.TakesRetry(Reader) && UsualWait is { } wait)
        {
            _output.Tell(Notice.Retry(wait));
        }
    }

    /// <summary>Its client is told to come back no sooner than after this.</summary>
    internal void SendAway(TimeSpan wait) => _registry.SentAway.Add(AddressKey.Of(_client.Address), wait, _registry.Now);

    /// <summary>
    /// Asks the stream to end after the frame under way; one that has no head yet is refused. Returns at once, for any thread; a second
    /// call changes nothing.
    /// </summary>
    public void End(CloseReason reason)
    {
        if (!TrySetReason(reason))
        {
            return;
        }

        if (_output is { } output)
        {
            output.EndAtBoundary();
        }
        else
        {
            SetEnded();
        }
    }

    /// <summary>Ends the stream wherever it is. Returns at once, for any thread.</summary>
    public void Abort(CloseReason reason)
    {
        TrySetReason(reason);
        SetEnded();
    }

    /// <summary>Records how the stream came to its end by itself.</summary>
    /// <returns>False when there is a reason already.</returns>
    public bool TrySetReason(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, 0) != 0)
        {
            return false;
        }

        Wake();
        return true;
    }

    /// <summary>Has the next sweep look at this stream: something has happened that its deadlines depend on.</summary>
    internal void Wake() => _slot.Wake();

    /// <summary>The output has let the last frame out.</summary>
    internal void Finish() => SetEnded();

    /// <summary>So many more bytes wait for the client; less, when it is negative.</summary>
    internal void AddWaiting(int bytes) => _registry.Memory.AddWaiting(bytes);

    /// <summary>True when there is more waiting, for all clients together, than can be waited for.</summary>
    internal bool HasNoRoom => _registry.Memory.IsExceeded;

    internal void NoteFirstFrame() => _registry.Metrics.FirstEvent(this);

    /// <summary>Does what is due. Only for the sweep.</summary>
    /// <param name="now">The registry's clock.</param>
    /// <param name="utc">The time of day, by which credentials end.</param>
    /// <returns>When to look again, unless it is woken before; zero is the next sweep.</returns>
    public TimeSpan Sweep(TimeSpan now, DateTimeOffset utc)
    {
        if (_output is not { } output)
        {
            // The answer's head has a deadline of its own, in Transport/HeadDeadline.
            return TimeSpan.MaxValue;
        }

        output.Sweep(now);
        Counts.Passed(output.Frames, ref _countedFrames, output.Bytes, ref _countedBytes);
        return _deadlines.Sweep(now, utc, output);
    }

    /// <summary>The client did not read in time.</summary>
    internal void AbortAsSlow()
    {
        _registry.Metrics.WriteDeadlinePassed(this);
        AbortAs(CloseReason.Slow);
    }

    /// <summary>Nothing was heard of the client for too long.</summary>
    internal void AbortAsVanished()
    {
        AbortAs(CloseReason.Vanished);
    }

    private void SetEnded()
    {
        _ended.Cancel();
        _output?.StreamEnded();
    }

    private void TakeFrom(StreamMode mode)
    {
        Mode = mode;
        Counts = _registry.Metrics.Counts(RouteId, Mode);
    }

    // The connection before the write: Kestrel takes one that is cancelled for an error of its own, and says INTERNAL_ERROR.
    private void AbortAs(CloseReason reason)
    {
        TrySetReason(reason);
        AbortConnection();
        Abort(reason);
    }

    /// <summary>A heartbeat is on its way to the client.</summary>
    internal void NoteHeartbeat() => _registry.Metrics.HeartbeatSent(this);

    /// <summary>There is no stream: gives its place back as if it had never been taken.</summary>
    public void Withdraw() => _lease?.Withdraw();

    public void Dispose()
    {
        if (!_connection.TryEnd())
        {
            return;
        }

        _leaving.Unregister();
        SharedConnection?.Remove(this);
        _lease?.Dispose();
        _registry.Remove(this, _slot);
        if (_opened is not null)
        {
            TrySetReason(CloseReason.Error);
            Counts.Passed(Frames, ref _countedFrames, Bytes, ref _countedBytes);
            _registry.Metrics.Closed(this);
            _registry.Log.Closed(this);
        }
    }

    /// <summary>The client is gone.</summary>
    internal void Leave()
    {
        // At once, before the request has come to its end: the same client's next stream must not be refused because of this one.
        _lease?.Dispose();
        TrySetReason(CloseReason.ClientClosed);

        // Without an output the request's own token is all that anybody waits by.
        if (_output is not null)
        {
            SetEnded();
        }
    }

    /// <summary>Drops the client's connection, or on HTTP/2 its stream, unless the response is over.</summary>
    internal void AbortConnection() => _connection.Abort();
}
