namespace SseGateway.Harness.Commands.Options;

/// <summary>What the process tells whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>All as it should be; what failed is known.</summary>
    public const int Fine = 0;

    /// <summary>The target failed in a way that is not known, or got worse.</summary>
    public const int Failures = 1;

    /// <summary>Wrong arguments, an unreadable file, or no case matched.</summary>
    public const int Usage = 2;

    /// <summary>The harness or the set-up failed, so nothing can be said of (all of) the target; no new failures beside that.</summary>
    public const int HarnessError = 3;
}
