namespace SseGateway.Harness.Probe;

/// <summary>How much a finding matters, the worst first.</summary>
internal enum Severity
{
    Fail,
    Warn,
    Ok,
    Info,
}
