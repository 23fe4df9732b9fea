namespace SseGateway.Harness.Probe;

/// <summary>What is looked at.</summary>
/// <param name="Url">The only thing that is ever contacted.</param>
internal sealed record ProbeOptions(Uri Url)
{
    /// <summary>Of a page that would read the stream from elsewhere; null when CORS is not to be looked at.</summary>
    public string? Origin { get; init; }

    /// <summary>Go with every request, in place of the probe's own where those have the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How long the stream is watched.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether any certificate will do.</summary>
    public bool Insecure { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
