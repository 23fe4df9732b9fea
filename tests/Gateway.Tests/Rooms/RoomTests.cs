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

    public static TheoryData<string> Projects => ["gateway", "protocol", "harness", "loadtests", "backend", "benchmarks", "tests/Gateway.Tests"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_has_outgrown_its_bound(string project)
    {
        var folders = Files(project).GroupBy(file => Path.GetDirectoryName(file)!).ToArray();

        Assert.NotEmpty(folders);
        Assert.Empty(folders.Where(folder => folder.Count() > MostFiles).Select(folder => $"{folder.Key}: {folder.Count()} files"));
    }

    [Theory]
    [InlineData("gateway", "SseGateway")]
    [InlineData("harness", "SseGateway.Harness")]
    [InlineData("loadtests", "LoadTests")]
    [InlineData("tests/Gateway.Tests", "Gateway.Tests")]
    public void A_namespace_is_called_as_its_folder(string project, string root)
    {
        var files = Files(project).Where(file => !Path.GetFileName(file).StartsWith("NBomber-", StringComparison.Ordinal)).ToArray();
        var wrong = files.Where(file => Namespace().Match(File.ReadAllText(Path.Combine(Sources, file))) is { Success: true } match
            && match.Groups[1].Value != string.Join(
                '.', [root, .. Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Split('/').Where(part => part != ".")]));

        Assert.NotEmpty(files);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Lines_are_no_longer_than_they_may_be()
    {
        string[] projects = ["gateway", "protocol", "backend", "harness", "loadtests", "benchmarks", "tests"];
        var files = projects.SelectMany(Files).Where(file => !Path.GetFileName(file).StartsWith("NBomber-", StringComparison.Ordinal)).ToArray();

        Assert.True(files.Length > 500);
        Assert.Empty(files.SelectMany(file =>
        {
            // A text may be as long as it has to be, and several lines of one stand as they are printed.
            var code = RawText().Replace(File.ReadAllText(Path.Combine(Sources, file)), match => new string('\n', match.Value.Count(c => c == '\n')));
            return code.Split('\n').Select((line, index) => (Line: index + 1, Text().Replace(line, "\"\"").Length))
                .Where(line => line.Length > LongestLine).Select(line => $"{file}:{line.Line}");
        }));
    }

    // As the repository has them: from its root.
    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Path.Combine(Sources, project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Sources, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "adapters" or "artifacts"));

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"")]
    private static partial Regex RawText();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
