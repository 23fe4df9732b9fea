using System.Net;

namespace SseGateway.Protocol;

/// <summary>Says why an <see cref="EventSource"/> lost its stream or gave up.</summary>
public sealed class EventSourceException : Exception
{
    internal EventSourceException(EventSourceFailure failure, string message, Exception? inner = null)
        : base(message, inner)
        => Failure = failure;

    /// <summary>What went wrong.</summary>
    public EventSourceFailure Failure { get; }

    /// <summary>The status of the answer, when there was one.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>The content type of the answer as sent, when there was one.</summary>
    public string? ContentType { get; internal init; }

    /// <summary>The first bytes (at most 4096) of a refusing answer's body, such as problem details, read as UTF-8; null when it was not read.</summary>
    public string? BodyExcerpt { get; internal init; }
}
