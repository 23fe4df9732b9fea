using HdrHistogram;

namespace LoadTests.Measures;

/// <summary>A histogram of durations, microseconds with three significant digits; for any thread.</summary>
internal sealed class Timing(string name)
{
    // What takes longer counts as an hour.
    private static readonly long Longest = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private readonly LongConcurrentHistogram _histogram = new(1, Longest, 3);

    public string Name => name;

    public void Record(TimeSpan duration) => _histogram.RecordValue(Math.Clamp((long)duration.TotalMicroseconds, 1, Longest));

    /// <summary>What was recorded.</summary>
    public IReadOnlyList<TimingBucket> Buckets() =>
        [.. _histogram.RecordedValues().Select(step => new TimingBucket(step.ValueIteratedTo, step.CountAddedInThisIterationStep))];

    /// <summary>Puts what another process has recorded beside this: percentiles are then those of all values, never averages.</summary>
    public void Add(IEnumerable<TimingBucket> buckets)
    {
        foreach (var (microseconds, count) in buckets)
        {
            _histogram.RecordValueWithCount(Math.Clamp(microseconds, 1, Longest), count);
        }
    }

    public TimingSummary Summarize() => new()
    {
        Name = name,
        Count = _histogram.TotalCount,
        MinMs = _histogram.TotalCount == 0 ? 0 : _histogram.RecordedValues().First().ValueIteratedTo / 1000.0,
        P50Ms = At(50),
        P75Ms = At(75),
        P90Ms = At(90),
        P95Ms = At(95),
        P99Ms = At(99),
        P999Ms = At(99.9),
        MaxMs = At(100),
        Buckets = Buckets(),
    };

    private double At(double percentile) => _histogram.TotalCount == 0 ? 0 : _histogram.GetValueAtPercentile(percentile) / 1000.0;
}
