using System.Buffers;

namespace SseGateway.Configuration.Syntax;

/// <summary>The serialised origin of RFC 6454, 6.2: scheme, host, and the port unless it is the scheme's own.</summary>
internal static class OriginSyntax
{
    private static readonly SearchValues<char> NotInAuthority = SearchValues.Create("/?#@*, ");

    /// <summary>Brings an origin to the form in which browsers send it.</summary>
    /// <param name="text">What the setting says.</param>
    /// <param name="origin">Lower case, without the scheme's default port.</param>
    /// <param name="problem">When false: what an origin must be.</param>
    public static bool TryNormalize(string text, out string origin, out string problem)
    {
        origin = "";
        problem = "must be scheme://host or scheme://host:port";
        if (text.Any(c => c > 0x7e))
        {
            problem = "must have its host in punycode (xn--…), as browsers send it";
            return false;
        }

        var authority = text.IndexOf("://", StringComparison.Ordinal);
        if (authority <= 0)
        {
            return false;
        }

        if (text.AsSpan(authority + 3).ContainsAny(NotInAuthority))
        {
            problem = "must be scheme://host or scheme://host:port and nothing else (no slash at the end, no path)";
            return false;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return false;
        }

        var host = uri.Host.ToLowerInvariant();
        origin = uri.IsDefaultPort || uri.Port < 0 ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
        return true;
    }
}
