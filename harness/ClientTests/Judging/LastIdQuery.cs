using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>The last event id of clients that put it into the query and not into the field.</summary>
internal static class LastIdQuery
{
    /// <returns>Its value; null when it is not there.</returns>
    public static string? In(MessageHead request, string name) =>
        Parts(request.Target).Where(part => IsIt(part, name)).Select(part => Uri.UnescapeDataString(part[(name.Length + 1)..])).FirstOrDefault();

    /// <summary>A request target without it.</summary>
    public static string TakenOut(string target, string name)
    {
        var kept = string.Join('&', Parts(target).Where(part => !IsIt(part, name)));
        var path = target.Split('?')[0];
        return kept.Length == 0 ? path : $"{path}?{kept}";
    }

    private static string[] Parts(string target) => target.Split('?', 2) is [_, var query] ? query.Split('&') : [];

    private static bool IsIt(string part, string name) => part.StartsWith($"{name}=", StringComparison.Ordinal);
}
