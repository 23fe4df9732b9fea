using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Dialects.Tests.Running;

/// <summary>An SDK for JavaScript: one process of Node for all its cases.</summary>
/// <param name="module">In Node/.</param>
public abstract class NodeRun(string module) : SdkRun
{
    internal override async Task<IReadOnlyList<Seen>> RunAsync(Stage stage)
    {
        var folder = await NodePackages.FolderAsync();
        var terms = JsonSerializer.Serialize(new { addresses = stage.Addresses, token = stage.Token });
        using var node = Process.Start(new ProcessStartInfo("node", ["run.mjs", "./" + module, terms])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = node.StandardError.ReadToEndAsync();
        var seen = new List<Seen>();
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            TestContext.Current.SendDiagnosticMessage("{0}", line);
            seen.Add(JsonSerializer.Deserialize<Seen>(line, JsonSerializerOptions.Web)!);
        }

        await node.WaitForExitAsync();
        var said = await errors;
        Assert.True(seen.Count == Scripts.Count * Cases.All.Length, said);
        return seen;
    }
}
