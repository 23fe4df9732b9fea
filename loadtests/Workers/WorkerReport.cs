using LoadTests.Measures;

namespace LoadTests.Workers;

/// <summary>A line from a worker: what its clients have counted so far, and at the end what they have timed.</summary>
internal sealed record WorkerReport(Counts Counts, IReadOnlyDictionary<string, IReadOnlyList<TimingBucket>>? Timings = null);
