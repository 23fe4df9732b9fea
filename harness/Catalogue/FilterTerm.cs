using System.Text.RegularExpressions;
using SseGateway.Harness.Commands.Options;

namespace SseGateway.Harness.Catalogue;

/// <summary>One word of a filter: an id, a slug, a pattern of either, or a tag (catalogue, section 0.4).</summary>
internal sealed class FilterTerm
{
    private static readonly string[] Tags = ["@core", "@level:M", "@level:S", "@level:I", "@role:C", "@role:X", "@role:G", "@role:P", "@wave:1", "@wave:2",
        "@wave:3", "@long", "@raw", "@cap", "@cap:NAME"];

    private readonly string _name;
    private readonly Func<CatalogueRow, bool> _matches;

    private FilterTerm(string text, string name, bool takesAway, Func<CatalogueRow, bool> matches)
    {
        Text = text;
        _name = name;
        TakesAway = takesAway;
        _matches = matches;
    }

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    /// <summary>Whether it started with <c>-</c> or <c>!</c>.</summary>
    public bool TakesAway { get; }

    /// <summary>What stood behind the <c>@</c> of an id or a pattern.</summary>
    public string? Profile { get; private init; }

    public bool Matches(CatalogueRow row) => _matches(row);

    /// <summary>Whether it asks for that row even if it is a long one: by its full id or slug, or with <c>@long</c>.</summary>
    public bool AsksForLong(CatalogueRow row) => row.Id == _name || row.Slug.Equals(_name, StringComparison.OrdinalIgnoreCase)
        || (_name.Equals("@long", StringComparison.OrdinalIgnoreCase) && row.Long);

    /// <exception cref="UsageException">The word is empty or the tag is unknown.</exception>
    public static FilterTerm Parse(string text)
    {
        var takesAway = text is ['-' or '!', ..];
        var word = (takesAway ? text[1..] : text).Trim();
        if (word.Length == 0)
        {
            throw new UsageException($"empty case filter '{text}'");
        }

        if (word.StartsWith('@'))
        {
            return new FilterTerm(text, word, takesAway, Tag(text, word));
        }

        var at = word.IndexOf('@');
        var profile = at < 0 ? null : word[(at + 1)..];
        if (profile is "")
        {
            throw new UsageException($"case filter '{text}' has no profile after its @");
        }

        var pattern = at < 0 ? word : word[..at];
        return new FilterTerm(text, pattern, takesAway, IdOrSlug(pattern)) { Profile = profile };
    }

    private static Func<CatalogueRow, bool> Tag(string text, string tag)
    {
        var colon = tag.IndexOf(':');
        var value = colon < 0 ? null : tag[(colon + 1)..].ToUpperInvariant();
        var name = (colon < 0 ? tag : tag[..colon]).ToUpperInvariant();
        return (name, value) switch
        {
            ("@CORE", null) => row => row.Core,
            ("@LONG", null) => row => row.Long,
            ("@RAW", null) => row => row.Raw,
            ("@CAP", null) => row => row.Capabilities.Count > 0,
            ("@CAP", { Length: > 0 }) => row => row.Capabilities.Contains(value, StringComparer.OrdinalIgnoreCase),
            ("@LEVEL", "M" or "MUST") => row => row.Level == Level.Must,
            ("@LEVEL", "S" or "SHOULD") => row => row.Level == Level.Should,
            ("@LEVEL", "I" or "INFORMATIONAL") => row => row.Level == Level.Informational,
            ("@ROLE", "C" or "X" or "G" or "P") => row => row.IsFor(value[0]),
            ("@WAVE", "1" or "2" or "3") => row => row.Wave == value[0] - '0',
            _ => throw new UsageException($"unknown case filter '{text}'; the tags are {string.Join(' ', Tags)}"),
        };
    }

    // A section or a group without its wildcard is taken as all of it: 1, 1.2, parse, parse/eol.
    private static Func<CatalogueRow, bool> IdOrSlug(string pattern)
    {
        var expression = new Regex(
            "^(?:" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + ")$",
            RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);
        return row => expression.IsMatch(row.Id) || expression.IsMatch(row.Slug)
            || row.Id.StartsWith(pattern + ".", StringComparison.Ordinal)
            || row.Slug.StartsWith(pattern + "/", StringComparison.OrdinalIgnoreCase);
    }
}
