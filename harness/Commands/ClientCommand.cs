using System.CommandLine;
using System.Diagnostics;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Commands;

/// <summary><c>client</c>: serves the cases to a client library and judges what it makes of them.</summary>
internal static class ClientCommand
{
    private static readonly Option<string?> Exec = new("--exec")
    {
        HelpName = "COMMAND",
        Description =
        "A program that opens {url} and prints one JSON line per event (harness/adapters/README.md); with {urls} it takes many by standard input"
    };
    private static readonly Option<Uri?> Service = new("--ld-service")
    {
        HelpName = "URL",
        Description = "A test service with the API of LaunchDarkly's SSE contract tests"
    };
    private static readonly Option<bool> Manual = new("--manual") { Description = "A page that runs the cases in a browser's own EventSource" };
    private static readonly Option<string?> Browser = new("--browser")
    {
        HelpName = "PROGRAM",
        Description = "For --manual: a Chromium to start without a window and to end afterwards"
    };
    private static readonly Option<string?> Script = new("--script")
    {
        HelpName = "FILE",
        Description = "For --manual: JavaScript that brings an EventSource into the page, to be judged in place of the browser's"
    };
    private static readonly Option<string?> Profile = new("--profile") { HelpName = "FILE", Description = "What the client declares of itself (JSON)" };
    private static readonly Option<string> Listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = "Where the cases are served",
        DefaultValueFactory = _ => "127.0.0.1:0"
    };

    public static Command Create()
    {
        var command = new Command("client", "Judges a client library") { Exec, Service, Manual, Browser, Script, Profile, Listen };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(Exec) is not null ? 1 : 0) + (result.GetResult(Service) is not null ? 1 : 0) + (result.GetValue(Manual) ? 1 : 0) != 1)
            {
                result.AddError("client: which one? --exec COMMAND, --ld-service URL or --manual");
            }

            if (result.GetValue(Script) is not null && !result.GetValue(Manual))
            {
                result.AddError("--script: goes with --manual");
            }
        });
        var options = RunOptionGroup.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = options.Read(parsed);
            var cases = Cases(asked);
            await using var origin = await ListenAddress.ListenAsync("--listen", parsed.GetValue(Listen)!, address => StreamOrigin.StartAsync(address));
            var profile = ReadProfile(parsed.GetValue(Profile));
            try
            {
                return await RunAsync(parsed, asked, cases, profile, origin, cancellation);
            }
            catch (ClientSetupException failure)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"sse-harness: {failure.Message}");
                return ExitCode.HarnessError;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, RunOptions options, (CaseScript Script, string? Profile)[] cases, ClientProfile profile, StreamOrigin origin,
        CancellationToken cancellation)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Exec) is { } line)
        {
            var words = Words(line);
            await using IClientUnderTest client = profile.Has(ClientProfile.Batch) || words.Contains("{urls}") ? new BatchClient(words) : new ExecClient(words);
            return await ReportAsync(client, null, Path.GetFileNameWithoutExtension(words[^1]));
        }

        if (parsed.GetValue(Service) is { } url)
        {
            await using var service = new LdServiceClient(url, origin);
            profile = profile with { Capabilities = [.. profile.Capabilities.Union(await service.ReadCapabilitiesAsync(cancellation))] };
            return await ReportAsync(service, null, url.Authority);
        }

        await using var browser = new BrowserClient(origin, options.Parallel, cases.Length, ReadScript(parsed.GetValue(Script)));
        if (parsed.GetValue(Browser) is { } program)
        {
            await using var process = BrowserProcess.Start(program, browser.Url);
            return await ReportAsync(browser, browser.Tell, Path.GetFileNameWithoutExtension(program));
        }

        output.WriteLine($"open {browser.Url} in a browser of this machine within {BrowserClient.Opening.TotalMinutes:0} minutes, and leave it open");
        output.WriteLine("the run ends by itself, after the last case or when the page is closed");
        return await ReportAsync(browser, browser.Tell, "browser");

        async Task<int> ReportAsync(IClientUnderTest client, Action<CaseResult>? done, string name)
        {
            var start = Stopwatch.GetTimestamp();
            var begun = options.Begin("client", profile.Name ?? name, TypedCommand.Of(parsed, options.Seed)) with
            {
                TargetVersion = options.TargetVersion ?? profile.Version,
                Note = options.Note ?? profile.Note,
                Capabilities = profile.Capabilities,
                Profile = DeclaredProfile.Read(parsed.GetValue(Profile)),
            };
            var report = new ReportOutput(begun, options, output);
            report.Begin();
            Patience.Times = options.Patience;
            var runner = new ClientRunner(client, origin, profile, ClientPace.Default, options.Parallel, Again(parsed)) { Confirms = options.Confirms };
            var results = await runner.RunAsync(
                cases,
                result =>
                {
                    report.Tell(result);
                    done?.Invoke(result);
                },
                cancellation);
            return await report.EndAsync(begun with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, Results = results });
        }
    }

    private static (CaseScript Script, string? Profile)[] Cases(RunOptions options)
    {
        var runs = options.Filter.SelectRuns(CaseCatalogue.Instance.Rows);
        (CaseScript Script, string? Profile)[] cases =
            [.. runs.Select(
                run => (Script: CaseScripts.Find(run.Row.Id), run.Profile)).Where(run => run.Script is not null).Select(run => (run.Script!, run.Profile))];
        foreach (var (_, profile) in cases.Where(run => run.Profile is not null))
        {
            try
            {
                DeliveryProfile.Parse(profile!);
            }
            catch (FormatException wrong)
            {
                throw new UsageException($"client: {wrong.Message}");
            }
        }

        return cases.Length > 0 ? cases : throw new UsageException("client: what matches is not for clients");
    }

    private static string Again(ParseResult parsed)
    {
        string[] words =
        [
            .. parsed.GetValue(Exec) is { } line ? [$"--exec \"{line.Replace("\"", "\\\"", StringComparison.Ordinal)}\""] : Array.Empty<string>(),
            .. parsed.GetValue(Service) is { } url ? [$"--ld-service {url}"] : Array.Empty<string>(),
            .. parsed.GetValue(Manual) ? ["--manual"] : Array.Empty<string>(),
            .. parsed.GetValue(Browser) is { } browser ? [$"--browser {browser}"] : Array.Empty<string>(),
            .. parsed.GetValue(Script) is { } script ? [$"--script {script}"] : Array.Empty<string>(),
            .. parsed.GetValue(Profile) is { } file ? [$"--profile {file}"] : Array.Empty<string>(),
        ];
        return $"sse-harness client {string.Join(' ', words)}";
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

    private static string? ReadScript(string? file)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--script: {wrong.Message}");
        }
    }

    private static ClientProfile ReadProfile(string? file)
    {
        FirstProfile.WriteWhereMissing(file, "client");
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
