using System.Text.RegularExpressions;
using Docs.Tests.Pages;
using Docs.Tests.Running;
using Xunit;

namespace Docs.Tests.Scripts;

/// <summary>Scripts on the pages can be parsed. Node is needed.</summary>
public sealed partial class ScriptTests
{
    private static readonly IReadOnlyDictionary<string, CodeBlock> Blocks = Repository.Blocks("js", "html");

    public static TheoryData<string> Places => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Is_parsed_by_node(string place)
    {
        var block = Blocks[place];
        var script = block.Language == "js" ? block.Text : string.Join('\n', InPage().Matches(block.Text).Select(match => match.Groups[1].Value));
        Assert.NotEmpty(script);
        using var folder = ExampleFolder.Empty();
        var (exitCode, output) = await ExampleProcess.RunAsync(folder.Path, "node", "--check", folder.Write("script.mjs", script));
        Assert.True(exitCode == 0, output);
    }

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InPage();
}
