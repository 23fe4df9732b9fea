using System.Net;
using System.Text;

namespace SseGateway.Edge.Credentials;

/// <summary>Takes one parameter out of a query string and leaves the rest byte for byte.</summary>
internal static class QueryCredential
{
    /// <summary>Finds every occurrence of the parameter, also with a percent-encoded or differently cased name.</summary>
    /// <param name="query">The raw query, with its question mark.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its decoded value; null when it is empty or there more than once (nobody can say which one is meant).</param>
    /// <param name="rest">The query without it.</param>
    /// <returns>False when the parameter is not there.</returns>
    public static bool TryTake(QueryString query, string name, out string? value, out QueryString rest)
    {
        value = null;
        rest = query;
        if (query.Value is not { Length: > 1 } raw)
        {
            return false;
        }

        var kept = new StringBuilder(raw.Length).Append('?');
        var first = true;
        var found = 0;
        foreach (var range in raw.AsSpan(1).Split('&'))
        {
            var parameter = raw.AsSpan(1)[range];
            var equals = parameter.IndexOf('=');
            if (WebUtility.UrlDecode((equals < 0 ? parameter : parameter[..equals]).ToString()).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found++;
                value = equals < 0 ? null : WebUtility.UrlDecode(parameter[(equals + 1)..].ToString());
                continue;
            }

            kept.Append(first ? "" : "&").Append(parameter);
            first = false;
        }

        if (found == 0)
        {
            return false;
        }

        value = found == 1 && !string.IsNullOrEmpty(value) ? value : null;
        rest = first ? QueryString.Empty : new QueryString(kept.ToString());
        return true;
    }
}
