using System.Runtime.CompilerServices;
using System.Text;

namespace SseGateway.Protocol;

/// <summary>
/// A client for event streams that reconnects by itself: the <c>EventSource</c> of the HTML Standard, 9.2, as an asynchronous enumeration.
/// </summary>
/// <remarks>
/// <para>After the end of a stream, regular or not, and after an attempt without an answer it connects again with the stream's reconnection
/// time and <c>Last-Event-ID</c>, backing off on failures in a row. It gives up on another status than 200, on another content type than
/// <c>text/event-stream</c> and on bad redirects, and stops on 204.</para>
/// <para>The last event id is kept over connections that bring none (as browsers do; a literal reading of 9.2.6 would clear it).</para>
/// <para>One enumeration at a time; a later one goes on where the last ended. The properties may be read from any thread.</para>
/// </remarks>
public sealed class EventSource
{
    private static readonly Lazy<HttpMessageInvoker> SharedHttp = new(static () => new HttpMessageInvoker(CreateHandler()));

    private readonly EventSourceOptions _options;
    private readonly EventStreamConnector _connector;
    private readonly ResumePoint _resume;
    // Guards _stop.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private volatile EventSourceState _state;
    private volatile Uri _finalUrl;

    /// <summary>Prepares a source with connections of its own kind, shared by all sources of the process; see <see cref="CreateHandler"/>.</summary>
    /// <param name="url">An absolute http or https address.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or some options are wrong; all wrong options are named.</exception>
    public EventSource(Uri url, EventSourceOptions? options = null)
        : this(SharedHttp.Value, url, options)
    {
    }

    /// <summary>Prepares a source; nothing is sent before the enumeration begins.</summary>
    /// <param name="http">Sends the requests; not disposed of. Best over a handler as <see cref="CreateHandler"/> makes it: one that does not encode
    /// request headers as UTF-8 refuses ids that are not ASCII, and one that drains responses closes an abandoned stream late.
    /// The <c>Timeout</c> of an <see cref="HttpClient"/> limits the wait for the head of the answer.</param>
    /// <param name="url">An absolute http or https address.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or some options are wrong; all wrong options are named.</exception>
    public EventSource(HttpMessageInvoker http, Uri url, EventSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"\"{url}\" is not an absolute http or https address.", nameof(url));
        _options = options ?? new EventSourceOptions();
        if (_options.Errors().ToList() is { Count: > 0 } errors)
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        Url = url;
        _finalUrl = url;
        _connector = new EventStreamConnector(http, url, _options);
        _resume = new ResumePoint(_options.LastEventId, _options.ReconnectDelay);
    }

    /// <summary>The address given; every reconnect goes there.</summary>
    public Uri Url { get; }

    /// <summary>Where the last answer that opened a stream came from, after redirects; <see cref="Url"/> until there is one.</summary>
    public Uri FinalUrl => _finalUrl;

    /// <summary>The origin of the events: scheme, host and port of <see cref="FinalUrl"/> (9.2.6, step 5 of the dispatch).</summary>
    public string Origin => _finalUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>Connecting before and between streams, open while one is, closed after the enumeration.</summary>
    public EventSourceState State => _state;

    /// <summary>The id to resume after; moves with each event handed out, and with ids that come without an event. Empty for none.</summary>
    public string LastEventId => _resume.LastEventId;

    /// <summary>The reconnection time: the stream's last valid <c>retry</c>, which counts from when its line was read.</summary>
    public TimeSpan ReconnectDelay => _resume.ReconnectDelay;

    /// <summary>
    /// Makes a handler that suits event streams: request headers as UTF-8 (9.2.3), no draining of abandoned responses, no cookies, no decompression,
    /// redirects left to <see cref="EventSource"/>, which knows which headers may follow them, and a ping each 30 s on HTTP/2, whose answer has 20 s.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ResponseDrainTimeout = TimeSpan.Zero,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };

    /// <summary>
    /// Ends the running enumeration, if there is one, without an exception, and its connection at once. For the code that handles an event,
    /// leaving the loop does the same.
    /// </summary>
    public void Close()
    {
        CancellationTokenSource? stop;
        lock (_gate)
            stop = _stop;
        try
        {
            stop?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The enumeration ended by itself in the meantime.
        }
    }

    /// <summary>
    /// Connects and hands out events until the server answers 204, <see cref="Close"/> is called or something final happens. The next bytes are
    /// read only when the next event is asked for.
    /// </summary>
    /// <param name="cancellationToken">Closes the connection at once, also while an event is being handled.</param>
    /// <exception cref="EventSourceException">A final failure: see <see cref="EventSourceFailure"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another enumeration is running.</exception>
    public async IAsyncEnumerable<ServerSentEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            if (_stop is not null)
                throw new InvalidOperationException("The event source is being enumerated already.");
            _stop = stop;
        }
        _state = EventSourceState.Connecting;
        EventSourceException? end = null;
        try
        {
            var schedule = new ReconnectSchedule(_options);
            while (true)
            {
                var outcome = await _connector.ConnectAsync(_resume.LastEventId, stop.Token).ConfigureAwait(false);
                var failure = outcome.Failure;
                var received = false;
                var opened = _options.TimeProvider.GetTimestamp();
                if (outcome.Stream is not null)
                {
                    using var stream = new EventStreamReader(outcome.Stream, _options, _resume, stop);
                    _finalUrl = outcome.FinalUrl ?? Url;
                    if (!stop.IsCancellationRequested)
                        Change(EventSourceState.Open);
                    while (await stream.MoveNextAsync().ConfigureAwait(false))
                        yield return stream.Current;
                    failure = stream.Failure;
                    received = stream.HasReceived;
                }

                if (failure is null || stop.IsCancellationRequested)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield break;
                }
                if (outcome.IsFinal || failure.Failure is EventSourceFailure.EventTooLarge)
                {
                    end = failure;
                    if (failure.Failure is EventSourceFailure.NoContent)
                        yield break;
                    throw failure;
                }

                var wait = received
                    ? schedule.AfterStream(ReconnectDelay, _options.TimeProvider.GetElapsedTime(opened))
                    : schedule.AfterFailure(ReconnectDelay, outcome.RetryAfter);
                // Begun before it is announced: who hears of it and moves the clock must find the timer set.
                var waiting = Task.Delay(wait, _options.TimeProvider, stop.Token);
                Change(EventSourceState.Connecting, failure, wait);
                await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stop.IsCancellationRequested)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield break;
                }
            }
        }
        finally
        {
            lock (_gate)
                _stop = null;
            Change(EventSourceState.Closed, end);
        }
    }

    private void Change(EventSourceState state, EventSourceException? failure = null, TimeSpan? retryIn = null)
    {
        _state = state;
        _options.StateChanged?.Invoke(new EventSourceStateChange(state, failure, retryIn));
    }
}
