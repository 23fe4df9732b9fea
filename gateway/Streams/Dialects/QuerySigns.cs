using System.Net;

namespace SseGateway.Streams.Dialects;

/// <summary>Looks for a parameter in a query, without decoding those that need it not.</summary>
internal static class QuerySigns
{
    /// <summary>True when a parameter of that name and value is among those of the query.</summary>
    /// <param name="query">With its question mark; null or empty for none.</param>
    /// <param name="name">In its case.</param>
    /// <param name="value">In its case; null for any.</param>
    public static bool Has(string? query, string name, string? value = null)
    {
        if (string.IsNullOrEmpty(query) || !query.Contains(name, StringComparison.Ordinal) && !query.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var range in query.AsSpan(1).Split('&'))
        {
            var parameter = query.AsSpan(1)[range];
            var equals = parameter.IndexOf('=');
            if (equals > 0 && Is(parameter[..equals], name) && (value is null || Is(parameter[(equals + 1)..], value)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<char> encoded, string text) =>
        encoded.Contains('%') ? WebUtility.UrlDecode(encoded.ToString()) == text : encoded.SequenceEqual(text);
}
