namespace SseGateway.Protocol;

/// <summary>What an attempt to connect came to: a response that is an open event stream, or a failure; neither when it was cancelled.</summary>
internal readonly record struct ConnectOutcome
{
    public HttpResponseMessage? Stream { get; private init; }

    /// <summary>Where the stream comes from, after redirects.</summary>
    public Uri? FinalUrl { get; private init; }

    public EventSourceException? Failure { get; private init; }

    /// <summary>True when no further attempt is to be made.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>How long the answer asked to wait.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static ConnectOutcome Cancelled => default;

    public static ConnectOutcome Opened(HttpResponseMessage stream, Uri requested) => new()
    {
        Stream = stream,
        // A handler that follows redirects by itself says here where it ended.
        FinalUrl = stream.RequestMessage?.RequestUri ?? requested,
    };

    public static ConnectOutcome Retry(EventSourceException failure, TimeSpan? retryAfter = null) => new() { Failure = failure, RetryAfter = retryAfter };

    public static ConnectOutcome GiveUp(EventSourceException failure) => new() { Failure = failure, IsFinal = true };
}
