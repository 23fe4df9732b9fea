using System.Collections.Frozen;

namespace SseGateway.Configuration.Settings;

/// <summary>
/// The methods of the Model Context Protocol that a client asks for, in the revisions of 2025-11-25 and 2026-07-28. A list with an end: what a client sends in
/// <c>Mcp-Method</c> is its own choice.
/// </summary>
internal static class McpMethods
{
    /// <summary>Stands for all others.</summary>
    public const string Other = "other";

    /// <summary>Stands for requests that do not say theirs, as no revision before 2026-07-28 does.</summary>
    public const string Unsaid = "unsaid";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
        "resources/subscribe",
        "resources/unsubscribe", "prompts/list", "prompts/get", "completion/complete", "logging/setLevel", "subscriptions/listen", "tasks/get", "tasks/result",
        "tasks/list", "tasks/cancel", "tasks/update", "notifications/initialized", "notifications/cancelled", "notifications/progress",
        "notifications/roots/list_changed");

    /// <summary>All that can be named in settings.</summary>
    public static IEnumerable<string> All => Known.Order(StringComparer.Ordinal).Append(Other);

    /// <summary>The method that a request says.</summary>
    /// <returns>One of <see cref="All"/>, or <see cref="Unsaid"/>.</returns>
    public static string Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var said = request.Headers["Mcp-Method"];
        return said.Count == 0 ? Unsaid : said is [{ } method] && Known.TryGetValue(method, out var known) ? known : Other;
    }
}
