namespace SseGateway.Harness.Catalogue;

/// <summary>Which rows this harness can run, and why not the others.</summary>
internal static class Implementation
{
    /// <summary>Ids of all rows that are implemented.</summary>
    public static IReadOnlySet<string> Ids { get; } = new HashSet<string>();

    /// <summary>By id, why a row of waves 1 and 2 is not there yet.</summary>
    public static IReadOnlyDictionary<string, string> NotYet { get; } = new Dictionary<string, string>();
}
