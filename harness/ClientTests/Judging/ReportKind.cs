namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>What a client under test can say.</summary>
internal enum ReportKind
{
    Event,
    Open,
    Error,
    Retry,
    Comment,
    Closed,

    /// <summary>It has started.</summary>
    Ready,
}
