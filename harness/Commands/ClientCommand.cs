using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.Commands;

/// <summary><c>client</c>: serves the cases to a client library and judges what it makes of them.</summary>
internal static class ClientCommand
{
    public static Command Create()
    {
        var exec = new Option<string?>("--exec") { HelpName = "COMMAND", Description = "A program that opens {url} and prints one JSON line per event (harness/adapters/README.md); with {urls} it takes many by standard input" };
        var profile = new Option<string?>("--profile") { HelpName = "FILE", Description = "What the client declares of itself (JSON)" };
        var listen = new Option<string>("--listen") { HelpName = "ADDRESS", Description = "Where the cases are served", DefaultValueFactory = _ => "127.0.0.1:0" };
        var command = new Command("client", "Judges a client library") { exec, profile, listen };
        var options = RunOptionGroup.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var declared = ReadProfile(parsed.GetValue(profile));
            var line = parsed.GetValue(exec) ?? throw new UsageException("client: --exec is needed");
            await using var origin = await ListenAddress.ListenAsync("--listen", parsed.GetValue(listen)!, address => StreamOrigin.StartAsync(address));
            var words = Words(line);
            await using IClientUnderTest client = declared.Has(ClientProfile.Batch) || words.Contains("{urls}") ? new BatchClient(words) : new ExecClient(words);
            var again = $"sse-harness client --exec \"{line.Replace("\"", "\\\"", StringComparison.Ordinal)}\"{(parsed.GetValue(profile) is { } file ? $" --profile {file}" : "")}";
            return await RunAsync(client, origin, declared, options.Read(parsed), again, Path.GetFileNameWithoutExtension(words[^1]), parsed.InvocationConfiguration.Output, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        IClientUnderTest client, StreamOrigin origin, ClientProfile profile, RunOptions options, string again, string name, TextWriter output, CancellationToken cancellation)
    {
        var runs = options.Filter.SelectRuns(CaseCatalogue.Instance.Rows);
        (CaseScript Script, string? Profile)[] cases =
            [.. runs.Select(run => (Script: CaseScripts.Find(run.Row.Id), run.Profile)).Where(run => run.Script is not null).Select(run => (run.Script!, run.Profile))];
        if (cases.Length == 0)
        {
            throw new UsageException("client: what matches is not for clients");
        }

        var started = DateTimeOffset.UtcNow;
        var runner = new ClientRunner(client, origin, profile, ClientPace.Default, options.Parallel, again);
        var results = await runner.RunAsync(cases, _ => { }, cancellation);
        var report = new RunReport
        {
            CatalogueVersion = CaseCatalogue.Instance.Version,
            HarnessVersion = typeof(ClientCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            Mode = "client",
            Target = options.Name ?? profile.Name ?? name,
            TargetVersion = options.TargetVersion ?? profile.Version,
            Note = options.Note ?? profile.Note,
            Command = again,
            Started = started,
            Seconds = (DateTimeOffset.UtcNow - started).TotalSeconds,
            Seed = options.Seed,
            Machine = $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}",
            Capabilities = profile.Capabilities,
            Results = results,
        };
        return await ReportOutput.WriteAsync(report, options, output);
    }

    private static IReadOnlyList<string> Words(string command)
    {
        try
        {
            return CommandWords.Split(command);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--exec: {wrong.Message}");
        }
    }

    private static ClientProfile ReadProfile(string? file)
    {
        try
        {
            return file is null ? new ClientProfile() : ClientProfile.Read(file);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new UsageException($"--profile: {wrong.Message}");
        }
    }
}
