namespace SseGateway.Harness.Results;

/// <summary>What a proxied stream took, in milliseconds, beside the same without the proxy. Null is not measured.</summary>
internal sealed record Timing
{
    public double? HeadMs { get; init; }

    public double? FirstEventMs { get; init; }

    public double? WorstLagMs { get; init; }

    public double? DirectHeadMs { get; init; }

    public double? DirectFirstEventMs { get; init; }

    public double? DirectWorstLagMs { get; init; }
}
