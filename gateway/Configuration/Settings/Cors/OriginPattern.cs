using System.Buffers;
using SseGateway.Configuration.Syntax;

namespace SseGateway.Configuration.Settings.Cors;

/// <summary>
/// Origins that differ in their host's first label: <c>https://*.example.com</c> is every name below example.com, <c>https://shop-*.example.com</c>
/// every single label that begins so. Scheme, the rest of the host, and port are exact.
/// </summary>
internal sealed record OriginPattern
{
    private const char Wildcard = '*';

    // Browsers send hosts in lower case, and take an underscore.
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly string _start;
    private readonly string _end;
    private readonly bool _manyLabels;

    private OriginPattern(string start, string end, bool manyLabels) => (_start, _end, _manyLabels) = (start, end, manyLabels);

    /// <param name="text">What the setting says.</param>
    /// <param name="pattern">The pattern; null when false.</param>
    /// <param name="problem">When false: what a pattern must be.</param>
    public static bool TryParse(string text, out OriginPattern? pattern, out string problem)
    {
        pattern = null;
        problem = "must have one * in the first label of its host, such as https://*.example.com";
        var star = text.IndexOf(Wildcard);
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (host < 3 || star < host || text.LastIndexOf(Wildcard) != star || text.AsSpan(host..star).Contains('.'))
        {
            return false;
        }

        // A label in the wildcard's place, and all else is as in any other origin.
        const string Label = "wildcard";
        if (!OriginSyntax.TryNormalize(string.Concat(text.AsSpan(0, star), Label, text.AsSpan(star + 1)), out var origin, out problem))
        {
            return false;
        }

        var rest = new Uri(origin).Host.Split('.', 2) is [_, var after] ? after : "";
        if (rest != "localhost" && !rest.Trim('.').Contains('.', StringComparison.Ordinal))
        {
            problem = "has a wildcard over a whole domain; there must be two labels after it";
            return false;
        }

        pattern = new(origin[..star], origin[(star + Label.Length)..], manyLabels: star == host && text.AsSpan(star + 1).StartsWith("."));
        return true;
    }

    public override string ToString() => $"{_start}*{(_manyLabels ? "*" : "")}{_end}";

    /// <param name="origin">As a browser sends it; the comparison is exact.</param>
    public bool Matches(string origin)
    {
        if (origin.Length <= _start.Length + _end.Length
            || !origin.StartsWith(_start, StringComparison.Ordinal) || !origin.EndsWith(_end, StringComparison.Ordinal))
        {
            return false;
        }

        var matched = origin.AsSpan(_start.Length..^_end.Length);
        foreach (var label in matched.Split('.'))
        {
            if (matched[label].IsEmpty || matched[label].ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return _manyLabels || !matched.Contains('.');
    }
}
