using System.Net;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.Commands;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using Xunit;

namespace Harness.Tests.Clients;

/// <summary>Clients that are programs of their own.</summary>
public sealed class ExecClientTests
{
    [Fact]
    public async Task A_program_is_started_for_each_case_and_judged_by_what_it_prints()
    {
        var printsHello =
            """sh -c 'echo not for us; echo "{\"type\":\"message\",\"data\":\"hello\"}"; echo "{\"type\":\"sse-case-end\",\"data\":\"1.1.1\"}"' {url}""";
        await using var client = new ExecClient(CommandWords.Split(printsHello));
        var results = await RunAsync(client, new ClientProfile(), "1.1.1", "1.1.3");
        Assert.Equal((Verdict.Ok, Verdict.Failed), (results[0].Verdict, results[1].Verdict));
        Assert.Contains("[\"hello\"], not [\" hello\"]", results[1].Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_dies_fails_with_its_last_words()
    {
        await using var client = new ExecClient(CommandWords.Split("sh -c 'echo boom >&2; exit 3' {url}"));
        var results = await RunAsync(client, new ClientProfile(), "1.1.1");
        Assert.Equal(Verdict.Failed, results[0].Verdict);
        Assert.Contains("(no request came; the process ended with code 3: boom)", results[0].Actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Verdict.Error, "the client has not started")]
    [InlineData("""echo '{"ready":true}';""", Verdict.Failed, "no request came")]
    internal async Task A_program_that_has_not_begun_says_nothing_of_the_client(string says, Verdict verdict, string told)
    {
        await using var client = new ExecClient(["sh", "-c", $"{says} exec sleep 60", "{url}"]);
        var results = await RunAsync(client, new ClientProfile(), "1.1.1");
        Assert.Equal(verdict, results[0].Verdict);
        Assert.Contains(told, results[0].Actual, StringComparison.Ordinal);
    }

    // The second order kills it: which one that was is seen only when each is alone.
    [Fact]
    public async Task When_the_one_process_dies_only_the_case_that_kills_it_has_failed()
    {
        const string program = """
            while read -r line; do
              case "$line" in *stop*) continue;; *poison*) exit 5;; esac
              if read -r -t 0.5 next; then case "$next" in *poison*) exit 5;; esac; fi
              run=${line#*\"run\":\"}; run=${run%%\"*}
              echo "{\"run\":\"$run\",\"type\":\"message\",\"data\":\"hello\"}"
              echo "{\"run\":\"$run\",\"type\":\"sse-case-end\",\"data\":\"1.1.1\"}"
            done
            """;
        await using var client = new BatchClient(["bash", "-c", program, "{urls}"]);
        var good = CaseScripts.Find("1.1.1")!;
        var poison = good with { Id = "1.1.2", Runs = [good.Runs[0] with { UrlSuffix = "/poison" }] };
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var told = new List<string>();
        var runner = new ClientRunner(client, origin, new ClientProfile(), new ClientPace(0.2, TimeSpan.FromMilliseconds(100)), 4, "") { Confirms = true };

        var results = await runner.RunAsync([(good, null), (poison, null)], result => told.Add(result.Id), TestContext.Current.CancellationToken);

        Assert.Equal([Verdict.Ok, Verdict.Failed], results.Select(result => result.Verdict));
        Assert.Contains("the process ended with code 5", results[1].Actual, StringComparison.Ordinal);
        Assert.Equal(["1.1.1", "1.1.2"], told);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_error_of_the_set_up()
    {
        await using var client = new ExecClient(["/nowhere/to/be/found"]);
        var results = await RunAsync(client, new ClientProfile(), "1.1.1");
        Assert.Equal(Verdict.Error, results[0].Verdict);
    }

    [Fact]
    public async Task One_process_takes_all_cases_and_the_parser_of_NET_fails_those_that_are_known()
    {
        await using var client = new BatchClient(["dotnet", Adapter("dotnet-sseparser", "DotnetSseParser.dll"), "{urls}"]);
        var profile = new ClientProfile { Capabilities = [ClientProfile.RawParser] };
        string[] ids = [.. CaseScripts.All.Where(script => script.Id.StartsWith("1.", StringComparison.Ordinal) && script.Row.Core).Select(
            script => script.Id)];
        var results = await RunAsync(client, profile, ids);
        Assert.Equal(["1.5.3", "1.5.5", "1.9.5", "1.9.6"], results.Where(result => result.Verdict != Verdict.Ok).Select(result => result.Id));
    }

    [Fact]
    public async Task The_command_says_by_its_exit_code_what_came_of_it()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] command = ["client", "--exec", $"dotnet '{Adapter("dotnet-sseparser", "DotnetSseParser.dll")}' {{urls}}", "--cases"];
        Assert.Equal(ExitCode.Fine, await CommandLine.RunAsync([.. command, "1.1.1"], output, error));
        Assert.Equal(ExitCode.Failures, await CommandLine.RunAsync([.. command, "1.5.5"], output, error));
        Assert.Equal(ExitCode.Usage, await CommandLine.RunAsync([.. command, "7.2.1"], output, error));
        Assert.Equal(ExitCode.Usage, await CommandLine.RunAsync(["client"], output, error));
        Assert.Contains("[foo \"x\"], not [\"x\"]", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<CaseResult>> RunAsync(IClientUnderTest client, ClientProfile profile, params string[] ids)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));

        // .NET takes longer to start where there is little processor time.
        var start = TimeSpan.FromSeconds(client is BatchClient ? 20 : 1);
        var runner = new ClientRunner(client, origin, profile, new ClientPace(0.2, TimeSpan.FromMilliseconds(100)) { Start = start }, 16, "");
        return await runner.RunAsync([.. ids.Select(id => (CaseScripts.Find(id)!, (string?)null))], _ => { }, TestContext.Current.CancellationToken);
    }

    // Built with this project, in the same configuration.
    private static string Adapter(string folder, string program)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "harness", "adapters", folder, "bin", output.Parent.Name, output.Name, program);
    }
}
