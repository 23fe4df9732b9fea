using Xunit;

namespace Gateway.Tests.Documentation;

/// <summary>A table of a page under <c>docs/</c>, cell by cell.</summary>
internal static class DocsTable
{
    /// <summary>The rows of the one table of a page with this head: the text of each cell by its column's name.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string page, params string[] columns)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", page));
        var head = Array.FindIndex(lines, line => Cells(line).SequenceEqual(columns));
        Assert.True(head >= 0, $"docs/{page} has no table with the head {string.Join(", ", columns)}.");
        return lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => (IReadOnlyDictionary<string, string>)columns.Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))
            .ToArray();
    }

    // Code is shown as code; for the tests it is its text.
    private static IEnumerable<string> Cells(string line) =>
        line.StartsWith('|') ? line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')) : [];
}
