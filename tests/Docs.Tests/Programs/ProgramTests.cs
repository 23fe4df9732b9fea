using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Docs.Tests.Pages;
using Docs.Tests.Running;
using Xunit;

namespace Docs.Tests.Programs;

/// <summary>Programs on the pages compile, and do something.</summary>
public sealed partial class ProgramTests
{
    private static readonly IReadOnlyDictionary<string, CodeBlock> Blocks = Repository.Blocks("csharp");

    public static TheoryData<string> Services => [.. Blocks.Values.Where(block => new FileProgram(block.Text).IsWeb).Select(block => block.Place)];

    public static TheoryData<string> ConsolePrograms => [.. Blocks.Values.Where(block => !new FileProgram(block.Text).IsWeb).Select(block => block.Place)];

    /// <summary>Asks a service for each address it has.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_answers(string place)
    {
        using var folder = ExampleFolder.Empty();
        var program = await new FileProgram(Blocks[place].Text).CompileAsync(folder);
        var (process, address) = await ExampleProcess.StartAsync(
            folder.Path, "dotnet", [program, "--urls", "http://127.0.0.1:0", "--SseGateway:Admin:Url=off"], ListensOn());
        await using var running = process;
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var paths = Mapped().Matches(Blocks[place].Text).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            await using var answer = await http.GetStreamAsync(path, Deadline.Token());
            Assert.NotEqual(0, await answer.ReadAsync(new byte[1], Deadline.Token()));
        }
    }

    /// <summary>A stream to read is its first argument; without an interest in one it just runs.</summary>
    [Theory]
    [MemberData(nameof(ConsolePrograms))]
    public async Task Console_program_says_something_and_ends_well(string place)
    {
        await using var upstream = await OneEvent.StartAsync();
        using var folder = ExampleFolder.Empty();
        var program = await new FileProgram(Blocks[place].Text).CompileAsync(folder);
        var (exitCode, output) = await ExampleProcess.RunAsync(folder.Path, "dotnet", program, upstream.Address);
        Assert.True(exitCode == 0, output);
        Assert.NotEmpty(output);
        if (Blocks[place].Text.Contains("new EventSource", StringComparison.Ordinal))
        {
            Assert.Contains(OneEvent.Data, output, StringComparison.Ordinal);
        }
    }

    /// <summary>The demo is no block, but a block tells to run it.</summary>
    [Fact]
    public async Task Demo_starts()
    {
        using var folder = ExampleFolder.Empty();
        var demo = new FileProgram(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "demo.cs"), Deadline.Token()));
        var (process, address) = await ExampleProcess.StartAsync(folder.Path, "dotnet", [await demo.CompileAsync(folder), "http://127.0.0.1:0"], Chat());
        await using var running = process;
        using var http = new HttpClient();
        Assert.Contains("<html", await http.GetStringAsync(address, Deadline.Token()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_signed_in_stays_so_when_the_demo_is_restarted()
    {
        using var folder = ExampleFolder.Empty();
        var demo = new FileProgram(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "demo.cs"), Deadline.Token()));
        string[] program = [await demo.CompileAsync(folder), "http://127.0.0.1:0"];
        using var http = new HttpClient();
        var (first, address) = await ExampleProcess.StartAsync(folder.Path, "dotnet", program, Chat());
        await using (first)
        {
            using var signedIn = await http.PostAsJsonAsync($"{address}/login", new { name = "Ada" }, Deadline.Token());
            var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token())).GetProperty("token").GetString();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        (var second, address) = await ExampleProcess.StartAsync(folder.Path, "dotnet", program, Chat());
        await using var running = second;
        using var history = await http.GetAsync($"{address}/rooms/lobby/messages?limit=1", Deadline.Token());

        Assert.Equal(HttpStatusCode.OK, history.StatusCode);
        var key = Path.Combine(folder.Path, "artifacts", "demo", "signing.key");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(key) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [GeneratedRegex("Now listening on: (http://[0-9.:]+)")]
    private static partial Regex ListensOn();

    [GeneratedRegex("MapGet\\(\"([^\"]+)\"")]
    private static partial Regex Mapped();

    [GeneratedRegex("Chat: (http://[0-9.:]+)")]
    private static partial Regex Chat();
}
