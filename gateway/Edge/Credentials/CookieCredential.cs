using Microsoft.Extensions.Primitives;

namespace SseGateway.Edge.Credentials;

/// <summary>Takes one cookie out of the Cookie header and leaves the others as they are.</summary>
internal static class CookieCredential
{
    /// <summary>Finds every cookie of that name (RFC 6265, 4.2.1; names are case-sensitive).</summary>
    /// <param name="header">All Cookie header lines.</param>
    /// <param name="name">The cookie's name.</param>
    /// <param name="value">
    /// Its value, without the quotes it may have; null when it is empty or there more than once: a sibling domain can add a cookie of
    /// the same name, and nothing tells which is which.
    /// </param>
    /// <param name="others">The header without it; empty when it was alone.</param>
    /// <returns>False when the cookie is not there.</returns>
    public static bool TryTake(StringValues header, string name, out string? value, out StringValues others)
    {
        value = null;
        var found = 0;
        var kept = new List<string>();
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var cookie = line.AsSpan()[range].Trim();
                var equals = cookie.IndexOf('=');
                if (equals > 0 && cookie[..equals].TrimEnd().SequenceEqual(name))
                {
                    found++;
                    value = Unquote(cookie[(equals + 1)..].TrimStart()).ToString();
                }
                else if (!cookie.IsEmpty)
                {
                    kept.Add(cookie.ToString());
                }
            }
        }

        value = found == 1 && !string.IsNullOrEmpty(value) ? value : null;
        others = found == 0 ? header : kept.Count == 0 ? StringValues.Empty : string.Join("; ", kept);
        return found > 0;
    }

    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> value) =>
        value is ['"', .. var inner, '"'] ? inner : value;
}
