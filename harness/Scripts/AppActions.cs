namespace SseGateway.Harness.Scripts;

/// <summary>What the application does with the client under test, beyond opening a URL.</summary>
internal sealed record AppActions
{
    public static readonly AppActions None = new();

    /// <summary>Closes the client inside the handler of this event, counted from 1.</summary>
    public int? CloseAfter { get; init; }

    /// <summary>Closes the client so many milliseconds after it was opened.</summary>
    public int? CloseAfterMs { get; init; }

    public string? Method { get; init; }

    /// <summary>Of the request.</summary>
    public string? Body { get; init; }

    /// <summary>Sent with every request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Known from before.</summary>
    public string? LastEventId { get; init; }
}
