namespace SseGateway.Harness.Adapters;

/// <summary>A line that the harness sends: a URL to open, or a run to stop (<c>harness/adapters/README.md</c>).</summary>
internal sealed record Order
{
    public required string Run { get; init; }

    public bool Stop { get; init; }

    public string Url { get; init; } = "";

    public int? CloseAfter { get; init; }

    public int? CloseAfterMs { get; init; }

    public string? Method { get; init; }

    public string? Body { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string? LastEventId { get; init; }
}
