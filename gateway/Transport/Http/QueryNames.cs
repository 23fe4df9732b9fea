using System.Net;

namespace SseGateway.Transport.Http;

/// <summary>Names of query parameters, in the order in which they count. Percent-encoded or in other case they are the same.</summary>
internal sealed record QueryNames(IReadOnlyList<string> Names)
{
    public static readonly QueryNames None = new([]);

    // By value: after a reload that leaves them as they are, nothing has changed.
    public bool Equals(QueryNames? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.OrdinalIgnoreCase);

    public override int GetHashCode() => Names.Count;

    /// <summary>The place among the names of the one that a parameter (<c>name=value</c> or <c>name</c>) has; -1 when it is none of them.</summary>
    public int IndexOf(ReadOnlySpan<char> parameter)
    {
        var equals = parameter.IndexOf('=');
        var name = equals < 0 ? parameter : parameter[..equals];
        if (name.IndexOfAny('%', '+') >= 0)
        {
            name = WebUtility.UrlDecode(name.ToString());
        }

        for (var i = 0; i < Names.Count; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The query without any of them; the rest as it was, in its order.</summary>
    public QueryString Remove(QueryString query)
    {
        if (query.Value is not { Length: > 1 } raw || Names.Count == 0)
        {
            return query;
        }

        var all = raw[1..].Split('&');
        var rest = Array.FindAll(all, parameter => IndexOf(parameter) < 0);
        return rest.Length == all.Length ? query : rest.Length == 0 ? QueryString.Empty : new QueryString("?" + string.Join('&', rest));
    }

    public override string ToString() => string.Join(", ", Names);
}
