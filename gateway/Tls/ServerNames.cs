namespace SseGateway.Tls;

/// <summary>The names of one endpoint as in Kestrel's section <c>Sni</c>: <c>a.example</c>, <c>*.example</c>, <c>*</c>.</summary>
internal sealed class ServerNames
{
    private readonly Dictionary<string, ServerName> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Suffix, ServerName Name)> _wildcards = [];
    private ServerName? _any;

    public void Add(string pattern, ServerName name)
    {
        if (pattern == "*")
        {
            _any = name;
        }
        else if (pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            // The longest first: it is the closest.
            _wildcards.Add((pattern[1..], name));
            _wildcards.Sort(static (a, b) => b.Suffix.Length - a.Suffix.Length);
        }
        else
        {
            _exact[pattern] = name;
        }
    }

    /// <summary>What a client gets.</summary>
    /// <param name="asked">The name in its hello; empty for none.</param>
    /// <returns>Null when nobody has that name: the handshake fails.</returns>
    public ServerName? Find(string asked)
    {
        if (_exact.TryGetValue(asked, out var exact))
        {
            return exact;
        }

        foreach (var (suffix, name) in _wildcards)
        {
            if (asked.Length > suffix.Length && asked.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return _any;
    }
}
