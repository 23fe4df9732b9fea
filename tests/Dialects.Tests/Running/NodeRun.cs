using System.Text.Json;
using Xunit;

namespace Dialects.Tests.Running;

/// <summary>An SDK for JavaScript: one process of Node for all its cases.</summary>
/// <param name="module">In Node/.</param>
public abstract class NodeRun(string module) : SdkRun
{
    internal override async Task<IReadOnlyList<Seen>> RunAsync(Stage stage)
    {
        var terms = JsonSerializer.Serialize(new { addresses = stage.Addresses, token = stage.Token });
        var (lines, errors) = await NodeModule.RunAsync("run.mjs", "./" + module, terms);
        Assert.True(lines.Count == Scripts.Count * Cases.All.Length, errors);
        return [.. lines.Select(line => JsonSerializer.Deserialize<Seen>(line, JsonSerializerOptions.Web)!)];
    }
}
