namespace SseGateway.Harness.Results;

/// <summary>A failure that somebody has looked at.</summary>
/// <param name="Id">Of the case; with a profile (<c>1.2.1@d1,h2</c>) only under that one.</param>
/// <param name="Reason">Why it fails, or where it is being worked on.</param>
/// <param name="Target">The target's name, in any case; null for all.</param>
/// <param name="Until">The last day on which it is known; after it, it counts as new.</param>
internal sealed record KnownFailure(string Id, string Reason, string? Target = null, DateOnly? Until = null)
{
    public bool Covers(string target, CaseResult result) =>
        (Target is null || Target.Equals(target, StringComparison.OrdinalIgnoreCase))
        && (Id == result.Id || Id == result.RunId());

    public override string ToString() => Target is null ? Id : $"{Id} ({Target})";
}
