using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Commands;

/// <summary><c>check</c>: drives a proxy that forwards to the harness's own origin, or a server without a proxy, and judges.</summary>
internal sealed class CheckCommand
{
    private readonly Option<Uri> _target = new("--target")
    {
        HelpName = "URL",
        Description = "Where the target listens; a path in it is put before every other",
        Required = true,
        CustomParser = result =>
            Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : Refuse(result),
    };

    private readonly Option<string?> _origin = new("--origin")
    {
        HelpName = "ADDRESS",
        Description = "Where the harness's own stream server listens, to which the target forwards",
        DefaultValueFactory = _ => "127.0.0.1:7001",
    };

    private readonly Option<string?> _originHttp2 = new("--origin-http2") { HelpName = "ADDRESS", Description = "Where it speaks HTTP/2 in cleartext too" };
    private readonly Option<bool> _direct = new(
        "--direct")
    { Description = "The target is the URL of a server's own stream, not a proxy: only cases that need no origin" };
    private readonly Option<string?> _profile = new("--profile")
    {
        HelpName = "FILE",
        Description = "What the target declares of itself: capabilities, addresses, tokens (JSON)"
    };
    private readonly Option<string?> _start = new("--start")
    {
        HelpName = "COMMAND",
        Description = "Starts the target, when the origin is there, and ends it before the origin"
    };
    private readonly Option<string?> _configuration = new("--configuration")
    {
        HelpName = "PATH",
        Description = "The target's configuration, a file or a folder of them, for the report: what heals a failure is read from it"
    };
    private readonly RunOptionGroup _run;

    private CheckCommand(Command command)
    {
        foreach (var option in (Option[])[_target, _origin, _originHttp2, _start, _direct, _profile, _configuration])
        {
            command.Add(option);
        }

        _run = RunOptionGroup.AddTo(command);
        command.SetAction(RunAsync);
    }

    public static Command Create()
    {
        var command = new Command("check", "Judges a proxy between the harness's own client and origin, or a server");
        _ = new CheckCommand(command);
        return command;
    }

    private static Uri? Refuse(ArgumentResult result)
    {
        result.AddError($"--target: must be an http or https URL, got {result.Tokens.Single().Value}");
        return null;
    }

    private static IPEndPoint Address(string option, string text) =>
        IPEndPoint.TryParse(text, out var address) && address.Port > 0
            ? address : throw new UsageException($"{option}: must be an IP address and a port, e.g. 127.0.0.1:7001, got {text}");

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _run.Read(parsed);
        var profile = ReadProfile(parsed.GetValue(_profile));
        var cases = Cases(options.Filter, parsed.GetValue(_direct));
        var url = parsed.GetValue(_target)!;
        if (parsed.GetValue(_direct) && Again(parsed, _origin).Concat(Again(parsed, _originHttp2)).FirstOrDefault() is { } given)
        {
            throw new UsageException($"{given}: a server that is asked directly has no origin behind it: leave out {given} or --direct");
        }

        var originAddress = parsed.GetValue(_direct) ? new IPEndPoint(IPAddress.Loopback, 0) : Address("--origin", parsed.GetValue(_origin)!);
        try
        {
            await using var origin = await StreamOrigin.StartAsync(
                originAddress, parsed.GetValue(_originHttp2) is { } http2 ? Address("--origin-http2", http2) : null);
            var target = await TargetAddress.ResolveAsync(url, cancellation) with { IsServer = parsed.GetValue(_direct) };
            await using var started = parsed.GetValue(_start) is { } command ? StartedTarget.Start(command, Directory.GetCurrentDirectory()) : null;
            if (started is not null && await started.ExitAsync(url, cancellation) is { } exit)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"sse-harness: --start: ended with exit code {exit.Code}: {PrintedText.Of(exit.Error)}");
                return ExitCode.HarnessError;
            }

            using (var first = new TcpClient())
            {
                await first.ConnectAsync(target.EndPoint, cancellation);
            }

            return await RunAsync(parsed, options, profile, cases, target, origin, cancellation);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"sse-harness: the origin cannot listen or the target cannot be reached: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCode.HarnessError;
        }
    }

    private async Task<int> RunAsync(
        ParseResult parsed, RunOptions options, TargetProfile profile, IReadOnlyList<CheckCase> cases, TargetAddress target, StreamOrigin origin,
        CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var again = string.Join(' ', (
            string[])["check", "--target", target.Url.ToString(), .. Again(parsed, _origin), .. Again(parsed, _originHttp2),
            .. Again(parsed, _start), .. Again(parsed, _profile),
            .. parsed.GetValue(_direct) ? ["--direct"] : Array.Empty<string>()]);
        var begun = options.Begin(parsed.GetValue(_direct) ? "server" : "proxy", target.Authority, TypedCommand.Of(parsed, options.Seed)) with
        {
            Capabilities = profile.Capabilities,
            Profile = DeclaredProfile.Read(parsed.GetValue(_profile)),
            Configuration = TargetConfiguration.Read(parsed.GetValue(_configuration)),
        };
        var output = new ReportOutput(begun, options, parsed.InvocationConfiguration.Output);
        output.Begin();
        Patience.Times = options.Patience;
        var runner = new CheckRunner(target, origin, profile, options.Seed, options.Parallel, $"sse-harness {again}")
        {
            Confirms = options.Confirms,
            Tell = output.Tell,
        };
        var results = await runner.RunAsync(cases, cancellation);
        return await output.EndAsync(begun with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, Results = results });
    }

    private static string[] Again(ParseResult parsed, Option<string?> option) =>
        parsed.GetResult(option) is { Implicit: false } && parsed.GetValue(option) is { } value ? [option.Name, value] : [];

    private static TargetProfile ReadProfile(string? path)
    {
        FirstProfile.WriteWhereMissing(path, "target");
        try
        {
            return path is null ? new TargetProfile() : TargetProfile.Read(path);
        }
        catch (Exception wrong) when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--profile: {path}: {wrong.Message}");
        }
    }

    private static CheckCase[] Cases(CaseFilter filter, bool direct)
    {
        var wanted = filter.Select(CaseCatalogue.Instance.Rows).Select(row => row.Id).ToHashSet();
        var cases = CheckCase.All.Where(check => wanted.Contains(check.Row.Id) && (!direct || check.Attribute.Direct)).ToArray();
        return cases.Length > 0
            ? cases : throw new UsageException(direct ? "none of these cases can be asked of a server alone" : "none of these cases drives a target");
    }
}
