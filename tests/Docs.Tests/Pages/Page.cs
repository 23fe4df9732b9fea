using System.Text.RegularExpressions;

namespace Docs.Tests.Pages;

/// <summary>A page in Markdown.</summary>
internal sealed partial class Page
{
    private const string Fence = "```";

    private Page(string name, IReadOnlyList<string> lines)
    {
        (Name, Lines) = (name, lines);
        var prose = new List<string>();
        var blocks = new List<CodeBlock>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                prose.Add(lines[i]);
                continue;
            }

            var first = i + 1;
            while (++i < lines.Count && lines[i] != Fence)
            {
            }

            blocks.Add(new CodeBlock(name, first + 1, lines[first - 1][Fence.Length..].Trim(), string.Join('\n', lines.Take(i).Skip(first))));
        }

        Blocks = blocks;
        Anchors = Slugs(prose).ToHashSet();
        Links = prose.SelectMany(line => Link().Matches(Code().Replace(line, "")).Select(match => match.Groups[1].Value)).ToArray();
    }

    /// <summary>Its path from the root.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>What a link to a heading has behind the <c>#</c>, as GitHub makes it.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>Targets of links and pictures.</summary>
    public IReadOnlyList<string> Links { get; }

    public static Page Read(string name) => new(name, File.ReadAllLines(Path.Combine(Repository.Root, name)));

    private static IEnumerable<string> Slugs(IEnumerable<string> prose)
    {
        var seen = new Dictionary<string, int>();
        foreach (var heading in prose.Where(line => Heading().IsMatch(line)))
        {
            var slug = NoLetter().Replace(LinkText().Replace(heading.TrimStart('#').Trim(), "$1").ToLowerInvariant(), "").Replace(' ', '-');
            var times = seen[slug] = seen.GetValueOrDefault(slug) + 1;
            yield return times == 1 ? slug : $"{slug}-{times - 1}";
        }
    }

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    // A link's text may be code; the brackets and the target may not.
    [GeneratedRegex(@"`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
