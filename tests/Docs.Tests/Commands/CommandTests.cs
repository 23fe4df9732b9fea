using System.Text.RegularExpressions;
using Docs.Tests.Pages;
using Docs.Tests.Running;
using Xunit;

namespace Docs.Tests.Commands;

/// <summary>Commands on the pages do what they are there for.</summary>
public sealed partial class CommandTests
{
    private static readonly IReadOnlyDictionary<string, CodeBlock> Blocks = Repository.Blocks("sh");

    private static readonly Dictionary<string, GatewayCommand> Gateways =
        GatewayCommand.All().GroupBy(command => string.Join(' ', command.Arguments)).ToDictionary(same => same.Key, same => same.First());

    public static TheoryData<string> Places => [.. Blocks.Keys];

    public static TheoryData<string> GatewayArguments => [.. Gateways.Keys];

    public static TheoryData<string> OpenSslCommands => [.. Commands().Where(command => command.StartsWith("openssl ", StringComparison.Ordinal)).Distinct()];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Is_read_by_a_shell(string place)
    {
        using var folder = ExampleFolder.Empty();
        var (exitCode, output) = await ExampleProcess.RunAsync(folder.Path, "bash", "-n", folder.Write("block.sh", Blocks[place].Text + "\n"));
        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [MemberData(nameof(GatewayArguments))]
    public async Task Gateway_starts(string arguments)
    {
        using var folder = ExampleFolder.WithSecrets();
        await using var gateway = await Gateways[arguments].StartAsync(folder);
    }

    [Theory]
    [MemberData(nameof(OpenSslCommands))]
    public async Task Openssl_makes_what_the_next_command_takes(string command)
    {
        using var folder = ExampleFolder.Empty();
        var (exitCode, output) = await ExampleProcess.RunAsync(folder.Path, "bash", "-c", command);
        Assert.True(exitCode == 0, output);
        Assert.NotEmpty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Chat_service_starts()
    {
        var words = ShellBlock.Words(Commands().Single(command => command.StartsWith("dotnet run --project backend -- ", StringComparison.Ordinal)));
        using var folder = ExampleFolder.WithSecrets();
        var program = Path.Combine(AppContext.BaseDirectory, "ChatBackend.dll");
        string[] arguments = [program, .. words.Skip(5), "--urls=http://127.0.0.1:0", "--Chat:DatabasePath=chat.db"];
        await using var chat = (await ExampleProcess.StartAsync(folder.Path, "dotnet", arguments, Chat())).Process;
    }

    /// <summary>One project in each folder, or <c>dotnet run</c> would not know which.</summary>
    [Fact]
    public void Projects_that_are_run_are_there()
    {
        var folders = Blocks.Values.SelectMany(block => Project().Matches(block.Text)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Contains("gateway", folders);
        Assert.All(folders, folder => Assert.Single(Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj")));
    }

    private static IEnumerable<string> Commands() => Blocks.Values.SelectMany(block => ShellBlock.Commands(block.Text));

    [GeneratedRegex("Chat: (http://[0-9.:]+)")]
    private static partial Regex Chat();

    [GeneratedRegex("--project ([a-z]+)")]
    private static partial Regex Project();
}
