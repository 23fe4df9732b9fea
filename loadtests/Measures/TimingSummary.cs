namespace LoadTests.Measures;

/// <summary>A histogram, and what is read from it in milliseconds.</summary>
internal sealed record TimingSummary
{
    public required string Name { get; init; }

    public long Count { get; init; }

    public double MinMs { get; init; }

    public double P50Ms { get; init; }

    public double P75Ms { get; init; }

    public double P90Ms { get; init; }

    public double P95Ms { get; init; }

    public double P99Ms { get; init; }

    public double P999Ms { get; init; }

    public double MaxMs { get; init; }

    public IReadOnlyList<TimingBucket> Buckets { get; init; } = [];
}
