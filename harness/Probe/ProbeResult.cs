using SseGateway.Harness.Probe.Visits;

namespace SseGateway.Harness.Probe;

/// <summary>All that was seen; what was not looked at is null.</summary>
/// <param name="Options">What was looked at.</param>
/// <param name="Main">The stream, watched for the whole time.</param>
internal sealed record ProbeResult(ProbeOptions Options, Visit Main)
{
    /// <summary>The stream, asked for with Accept-Encoding.</summary>
    public Visit? Compressed { get; init; }

    /// <summary>The stream, opened with <see cref="ResumedFrom"/> as Last-Event-ID.</summary>
    public Visit? Resumed { get; init; }

    /// <summary>The stream, opened beside it without.</summary>
    public Visit? Fresh { get; init; }

    /// <summary>The first id of the stream.</summary>
    public string? ResumedFrom { get; init; }

    /// <summary>The id that came after it; null when none had come.</summary>
    public string? NextId { get; init; }

    public Answer? Head { get; init; }

    public Answer? Preflight { get; init; }
}
