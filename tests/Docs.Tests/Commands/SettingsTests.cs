using System.Text.Json.Nodes;
using Docs.Tests.Pages;
using Docs.Tests.Running;
using SseGateway;
using Xunit;

namespace Docs.Tests.Commands;

/// <summary>Settings on the pages are settings: the gateway reads each of them without an error.</summary>
public sealed class SettingsTests
{
    private static readonly IReadOnlyDictionary<string, CodeBlock> Blocks = Repository.Blocks("json");

    public static TheoryData<string> Places => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Loads_without_an_error(string place)
    {
        using var folder = ExampleFolder.WithSecrets();
        var settings = JsonNode.Parse(Blocks[place].Text)!.AsObject();
        string[] upstream = settings.ContainsKey("ReverseProxy") ? [] : ["--upstream", "http://127.0.0.1:9000"];
        var text = Blocks[place].Text;
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            text = text.Replace($"\"{Path.GetFileName(file)}\"", $"\"{file}\"", StringComparison.Ordinal);
        }

        await using var gateway = GatewayApp.Build(["--config", folder.Write("gateway.json", text), "--admin-url", "off", .. upstream]);
        Assert.NotNull(gateway);
    }
}
