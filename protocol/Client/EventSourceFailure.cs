namespace SseGateway.Protocol;

/// <summary>Why an attempt to connect failed or a stream ended.</summary>
public enum EventSourceFailure
{
    /// <summary>No answer: refused, reset, closed before the head, name not found, TLS failure. Tried again.</summary>
    NoAnswer,

    /// <summary>The head of the answer did not come within <see cref="EventSourceOptions.HeadTimeout"/>. Tried again.</summary>
    HeadTimeout,

    /// <summary>The stream came to its regular end. Connected again, as the standard says.</summary>
    Ended,

    /// <summary>The stream was cut or reset. Connected again.</summary>
    Broken,

    /// <summary>No byte within <see cref="EventSourceOptions.ReadTimeout"/>, or three beats of the stream's rhythm missing. Connected again.</summary>
    ReadTimeout,

    /// <summary>Status 204: the server asks not to connect again. The enumeration ends without an exception.</summary>
    NoContent,

    /// <summary>Another status than 200. Final, unless it is one that <see cref="EventSourceOptions.RetryWhenOverloaded"/> is for.</summary>
    Status,

    /// <summary>The answer is no event stream. Final.</summary>
    ContentType,

    /// <summary>A redirect without a usable location, or too many of them. Final.</summary>
    Redirect,

    /// <summary>An event is larger than <see cref="EventSourceOptions.MaxEventBytes"/>. Final: a reconnect would only get it again.</summary>
    EventTooLarge,
}
