using System.Net;

namespace SseGateway.Protocol;

/// <summary>How an <see cref="EventSource"/> asks for its stream and deals with its end. Immutable; checked by the constructor of
/// <see cref="EventSource"/>.</summary>
public sealed record EventSourceOptions
{
    /// <summary>GET unless set. Reconnects use the same method.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>The body, sent with every connection; null for none. Not with GET.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The content type of <see cref="Body"/>.</summary>
    public string BodyContentType { get; init; } = "application/json";

    /// <summary>
    /// Further request headers, sent with every connection, as UTF-8. <c>Accept</c> and <c>Cache-Control</c> replace the values this library sends;
    /// <c>Last-Event-ID</c> is refused (see <see cref="LastEventId"/>). <c>Authorization</c> and <c>Cookie</c> are not sent on to another origin.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Called for each attempt to connect; the token goes into <c>Authorization: Bearer</c>, null sends none. What it throws ends the
    /// enumeration.</summary>
    public Func<CancellationToken, ValueTask<string?>>? AccessToken { get; init; }

    /// <summary>The id to resume after on the first connection; empty for none.</summary>
    public string LastEventId { get; init; } = "";

    /// <summary>The reconnection time until the stream sets one with <c>retry</c>.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The least time between a connection's end and the next attempt, whatever the stream's <c>retry</c> is; against a loop with <c>retry:
    /// 0</c>. Doubles with each stream in a row that lives for less than five seconds, up to three seconds.</summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the backoff on consecutive failures stops growing. A longer <c>retry</c> of the stream counts nevertheless.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The largest part of the reconnection time, 0 to 1, that is added to it at random, so that many clients of a server that went down do
    /// not all come back at the same moment.
    /// </summary>
    public double ReconnectJitter { get; init; } = 0.1;

    /// <summary>True: 408, 425, 429, 500, 502, 503 and 504, which are mostly over soon, are tried again, not before their <c>Retry-After</c>. False, the
    /// standard's way: they are final like other statuses.</summary>
    public bool RetryWhenOverloaded { get; init; }

    /// <summary>How long the head of the answer may take; no limit unless set.</summary>
    public TimeSpan HeadTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the stream may be silent: any byte, also of a comment, starts the time anew. No limit unless set, but
    /// <see cref="ReadTimeoutByRhythm"/>.</summary>
    public TimeSpan ReadTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Where <see cref="ReadTimeout"/> is not set: true has a stream whose silences have been of the same length three times, as a heartbeat makes them,
    /// time out when three beats are missing, ten seconds at least. A connection that is swallowed on its way says nothing else.
    /// </summary>
    public bool ReadTimeoutByRhythm { get; init; } = true;

    /// <summary>The largest event in bytes, 64 or more. Comments and unknown fields before the first field of an event do not count.</summary>
    public int MaxEventBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The HTTP version to ask for. With <see cref="VersionPolicy"/> it decides about HTTP/2: by default it is used where TLS negotiates it.</summary>
    public Version Version { get; init; } = HttpVersion.Version11;

    /// <summary>See <see cref="Version"/>.</summary>
    public HttpVersionPolicy VersionPolicy { get; init; } = HttpVersionPolicy.RequestVersionOrHigher;

    /// <summary>
    /// Told every change of state, in order with the events: on the way of the enumeration, so the next event waits for its return.
    /// What it throws ends the enumeration.
    /// </summary>
    public Action<EventSourceStateChange>? StateChanged { get; init; }

    /// <summary>The clock of all delays and timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal IEnumerable<string> Errors()
    {
        if (Body is not null && (Method == HttpMethod.Get || Method == HttpMethod.Head))
            yield return $"{nameof(Body)} needs a {nameof(Method)} other than {Method}.";
        using (var request = new HttpRequestMessage())
        {
            foreach (var (name, value) in Headers)
            {
                if (name.Equals("Last-Event-ID", StringComparison.OrdinalIgnoreCase))
                    yield return $"{nameof(Headers)} must not have Last-Event-ID: use {nameof(LastEventId)}.";
                else if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && AccessToken is not null)
                    yield return $"{nameof(Headers)} must not have Authorization when {nameof(AccessToken)} is set.";
                else if (name.Length == 0 || !request.Headers.TryAddWithoutValidation(name, value))
                    yield return $"{nameof(Headers)}: \"{name}\" is not a request header.";
                else if (!IsHeaderValue(value))
                    yield return $"{nameof(Headers)}: the value of \"{name}\" must not contain CR, LF or NUL.";
            }
        }
        if (!IsHeaderValue(BodyContentType))
            yield return $"{nameof(BodyContentType)} must not contain CR, LF or NUL.";
        if (!IsHeaderValue(LastEventId))
            yield return $"{nameof(LastEventId)} must not contain CR, LF or NUL.";
        if (ReconnectDelay < TimeSpan.Zero || ReconnectDelay.TotalMilliseconds > int.MaxValue)
            yield return $"{nameof(ReconnectDelay)} must be from 0 to {int.MaxValue} ms.";
        if (MinReconnectDelay < TimeSpan.Zero || MinReconnectDelay.TotalMilliseconds > int.MaxValue)
            yield return $"{nameof(MinReconnectDelay)} must be from 0 to {int.MaxValue} ms.";
        if (MaxReconnectDelay < MinReconnectDelay || MaxReconnectDelay.TotalMilliseconds > int.MaxValue)
            yield return $"{nameof(MaxReconnectDelay)} must be from {nameof(MinReconnectDelay)} to {int.MaxValue} ms.";
        if (ReconnectJitter is not (>= 0 and <= 1))
            yield return $"{nameof(ReconnectJitter)} must be from 0 to 1.";
        if (!IsTimeout(HeadTimeout))
            yield return $"{nameof(HeadTimeout)} must be positive, or Timeout.InfiniteTimeSpan.";
        if (!IsTimeout(ReadTimeout))
            yield return $"{nameof(ReadTimeout)} must be positive, or Timeout.InfiniteTimeSpan.";
        if (MaxEventBytes < 64)
            yield return $"{nameof(MaxEventBytes)} must be 64 or more.";
    }

    /// <summary>HttpClient sends what is added without validation as it is, line ends included, so they are refused here.</summary>
    internal static bool IsHeaderValue(string value) => !value.AsSpan().ContainsAny('\r', '\n', '\0');

    private static bool IsTimeout(TimeSpan value) =>
        value == Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue);
}
