using Xunit;

namespace Gateway.Tests.Documentation;

/// <summary>The README's tables, cell by cell.</summary>
internal static class Readme
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "README.md"));

    /// <summary>The rows of the one table with this head: the text of each cell by its column's name.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Table(params string[] columns)
    {
        var head = Array.FindIndex(Lines, line => Cells(line).SequenceEqual(columns));
        Assert.True(head >= 0, $"The README has no table with the head {string.Join(", ", columns)}.");
        return Lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => (IReadOnlyDictionary<string, string>)columns.Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))
            .ToArray();
    }

    // Code is shown as code; for the tests it is its text.
    private static IEnumerable<string> Cells(string line) =>
        line.StartsWith('|') ? line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')) : [];
}
