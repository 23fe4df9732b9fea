namespace SseGateway.Fleet.Store;

/// <summary>What the store says of itself (<c>INFO</c>), and of whom it takes this gateway for (<c>CLIENT INFO</c>).</summary>
/// <param name="Version">Of Redis, or the one that it is compatible with.</param>
/// <param name="Policy">What it does when its memory is full.</param>
/// <param name="User">By whose rights this gateway is served.</param>
internal sealed record StoreAbout(string Version, string Policy, string User)
{
    private static readonly Version Least = new(7, 0);

    /// <summary>True when nothing goes that is in use. By the others it may: all keys of the fleet have an expiry, and those of leases the shortest.</summary>
    public bool IsKept => Policy is "noeviction" or "";

    /// <summary>Also of one that does not say: whatever it lacks will be told by what it refuses.</summary>
    public bool IsNewEnough => !System.Version.TryParse(Version, out var version) || version >= Least;

    /// <summary>Of one that does not say, true as well.</summary>
    /// <param name="user">That is set; null or empty for none.</param>
    public bool IsServedAs(string? user) => string.IsNullOrEmpty(user) || User.Length == 0 || User == user;

    /// <param name="info">Lines of <c>name:value</c>.</param>
    /// <param name="client">One line, of <c>name=value</c> with spaces between.</param>
    public static StoreAbout Parse(string info, string client) =>
        new(Field(info.Split('\n'), "redis_version:"), Field(info.Split('\n'), "maxmemory_policy:"), Field(client.Split(' '), "user="));

    private static string Field(string[] fields, string name) =>
        Array.Find(fields, field => field.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim() ?? "";
}
