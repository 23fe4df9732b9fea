namespace SseGateway.Harness.Results;

/// <summary>A run beside the failures that are known of its target.</summary>
/// <param name="Report">The run, its known failures with their reason.</param>
/// <param name="NewFailures">Those that fail the run.</param>
/// <param name="Fixed">Known ones that pass now and can leave the file.</param>
/// <param name="Expired">Known ones that still fail after their last day; they are among the new.</param>
internal sealed record RunJudgement(
    RunReport Report, IReadOnlyList<CaseResult> NewFailures, IReadOnlyList<KnownFailure> Fixed, IReadOnlyList<KnownFailure> Expired);
