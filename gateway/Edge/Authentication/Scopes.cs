using System.Security.Claims;

namespace SseGateway.Edge.Authentication;

/// <summary>The scopes of a caller.</summary>
internal static class Scopes
{
    public const string Claim = "scope";

    // RFC 8693, 4.2 has "scope" with spaces between; some providers write "scp", with spaces or as a list.
    private const string ShortClaim = "scp";

    /// <summary>What is wrong with a caller that does not have them.</summary>
    public static string Fault(IReadOnlyList<string> required) => $"scope and scp do not have all of {string.Join(' ', required)}";

    public static bool Hold(ClaimsIdentity identity, IReadOnlyList<string> required)
    {
        if (required.Count == 0)
        {
            return true;
        }

        var held = identity.Claims.Where(claim => claim.Type is Claim or ShortClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        return required.All(held.Contains);
    }
}
