namespace SseGateway.Fleet.Store;

/// <summary>What the store says of itself (<c>INFO</c>).</summary>
/// <param name="Version">Of Redis, or the one that it is compatible with.</param>
/// <param name="Policy">What it does when its memory is full.</param>
internal sealed record StoreAbout(string Version, string Policy)
{
    private static readonly Version Least = new(7, 0);

    /// <summary>True when nothing goes that is in use. By the others it may: all keys of the fleet have an expiry, and those of leases the shortest.</summary>
    public bool IsKept => Policy is "noeviction" or "";

    /// <summary>Also of one that does not say: whatever it lacks will be told by what it refuses.</summary>
    public bool IsNewEnough => !System.Version.TryParse(Version, out var version) || version >= Least;

    /// <param name="info">Lines of <c>name:value</c>.</param>
    public static StoreAbout Parse(string info) => new(Field(info, "redis_version"), Field(info, "maxmemory_policy"));

    private static string Field(string info, string name) =>
        info.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim() ?? "";
}
