namespace SseGateway.Harness.Commands.Options;

/// <summary>From which verdict on a run has failed.</summary>
internal enum FailOn
{
    Failed,
    NonStrict,
}
