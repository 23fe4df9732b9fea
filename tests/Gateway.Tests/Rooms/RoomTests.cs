using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Tests.Rooms;

/// <summary>A folder is a concern that can be looked over, and its name is the namespace's.</summary>
public sealed partial class RoomTests
{
    private const int MostFiles = 15;
    private const int LongestLine = 160;

    private static string Sources =>
        typeof(RoomTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(about => about.Key == "Sources").Value!;

    [Fact]
    public void No_folder_has_outgrown_its_bound()
    {
        var folders = Files(".").GroupBy(file => Path.GetDirectoryName(file)!).ToArray();

        Assert.True(folders.Length > 100);
        Assert.Empty(folders.Where(folder => folder.Count() > MostFiles).Select(folder => $"{folder.Key}: {folder.Count()} files"));
    }

    [Theory]
    [InlineData("gateway", "SseGateway")]
    [InlineData("harness", "SseGateway.Harness")]
    [InlineData("loadtests", "LoadTests")]
    [InlineData("backend", "ChatBackend")]
    [InlineData("benchmarks", "Benchmarks")]
    [InlineData("tests/Benchmarks.Tests", "Benchmarks.Tests")]
    [InlineData("tests/Browser.Tests", "Browser.Tests")]
    [InlineData("tests/Chat.Tests", "Chat.Tests")]
    [InlineData("tests/Dialects.Tests", "Dialects.Tests")]
    [InlineData("tests/Docs.Tests", "Docs.Tests")]
    [InlineData("tests/Gateway.Tests", "Gateway.Tests")]
    [InlineData("tests/Harness.Tests", "Harness.Tests")]
    [InlineData("tests/LoadTests.Tests", "LoadTests.Tests")]
    [InlineData("tests/Protocol.Tests", "Protocol.Tests")]
    public void A_namespace_is_called_as_its_folder(string project, string root)
    {
        // Not what several projects compile.
        var files = Files(project).Where(file => !file.StartsWith("harness/adapters/", StringComparison.Ordinal)).ToArray();
        var wrong = files.Where(file => Namespace().Match(File.ReadAllText(Path.Combine(Sources, file))) is { Success: true } match
            && match.Groups[1].Value != string.Join(
                '.', [root, .. Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Split('/').Where(part => part != ".")]));

        Assert.NotEmpty(files);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Lines_are_no_longer_than_they_may_be()
    {
        var files = Files(".").ToArray();

        Assert.True(files.Length > 1000);
        Assert.Empty(files.SelectMany(file => File.ReadLines(Path.Combine(Sources, file)).Select((line, index) => (Number: index + 1, line.Length))
            .Where(line => line.Length > LongestLine).Select(line => $"{file}:{line.Number}: {line.Length} columns")));
    }

    // As the repository has them: from its root.
    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Path.Combine(Sources, project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Sources, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules"));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
