using SseGateway.Harness.Probe.Findings;

namespace SseGateway.Harness.Probe;

/// <summary>All that can be said of a stream that was looked at.</summary>
internal static class ProbeFindings
{
    /// <summary>The worst first; what is of the same severity in the order of importance: whether it can be read at all, comes at once, comes through, is
    /// whole.</summary>
    public static IReadOnlyList<Finding> Of(ProbeResult result) =>
    [
        .. ((IEnumerable<Finding>)[
            .. OpeningFindings.Of(result), .. HeaderFindings.Of(result), .. CompressionFindings.Of(result), .. EventFindings.Of(result),
            .. EndFindings.Of(result), .. ResumeFindings.Of(result), .. CorsFindings.Of(result), .. HeadFindings.Of(result)])
            .OrderBy(finding => finding.Severity),
    ];
}
