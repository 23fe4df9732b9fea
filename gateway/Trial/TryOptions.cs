namespace SseGateway.Trial;

/// <summary>What is to be tried, and for how long.</summary>
/// <param name="Url">Of the stream.</param>
internal sealed record TryOptions(Uri Url)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? LastEventId { get; init; }

    /// <summary>Posted, when there is one; else it is a GET.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Events after which it has been enough; 0 is never.</summary>
    public int Events { get; init; }

    /// <summary>How long at most; zero is to the end of the stream.</summary>
    public TimeSpan Time { get; init; }
}
