using LoadTests.Report;

namespace LoadTests.Running;

/// <param name="Result">What was counted and timed.</param>
/// <param name="Requirements">What of that had to be so, and is.</param>
internal sealed record LoadOutcome(LoadResult Result, Requirements Requirements);
