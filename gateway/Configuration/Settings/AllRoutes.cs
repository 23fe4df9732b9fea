namespace SseGateway.Configuration.Settings;

/// <summary>What is asked of all routes together: gathered once, when the settings are read, since there may be thousands.</summary>
internal sealed record AllRoutes
{
    /// <summary>The files that settings name and whose content was read with them.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The query parameters that hold a secret on one route or another.</summary>
    public string[] SecretQueryNames { get; init; } = [];

    /// <summary>The longest time that a route waits for the head of an ordinary answer.</summary>
    public TimeSpan LongestHead { get; init; }

    /// <summary>True when some route keeps answers, so that there is a path to read them again from.</summary>
    public bool AnyKeeps { get; init; }

    /// <param name="routes">The defaults, and the routes that override something.</param>
    public static AllRoutes Of(IReadOnlyCollection<RouteSettings> routes) => new()
    {
        Files = [.. routes.SelectMany(route => route.Authentication.Jwt.Files).Distinct()],
        SecretQueryNames = routes.Where(route => route.Authentication.Required)
            .SelectMany(route => new[] { route.Authentication.Carriers.Query, route.Authentication.Carriers.Ticket })
            .Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray(),
        AnyKeeps = routes.Any(route => route.Keep.Enabled),
        LongestHead = routes.Max(route => route.Timeouts.HeadFor(isLong: false)),
    };
}
