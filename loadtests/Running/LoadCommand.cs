using System.CommandLine;
using System.Globalization;
using System.Net;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running.Bombing;
using LoadTests.Workers;

namespace LoadTests.Running;

/// <summary>A scenario as a command: the options that all have, with defaults of its own, and what it has beside them.</summary>
internal sealed class LoadCommand : Command
{
    /// <summary>Streams of one process: of the 20,000 files that many systems allow, some are needed for other things.</summary>
    public const int MostPerProcess = 19_000;

    private const int RequirementMissed = 1;

    private readonly Option<int> _clients;
    private readonly Option<double> _ramp;
    private readonly Option<double> _seconds;
    private readonly Option<double> _rate;
    private readonly Option<int> _size;
    private readonly Option<int> _processes = LoadCommandLine.Number("--processes", "N", "Processes that the clients are spread over", 1, 1, 16);
    private readonly Option<int> _eventSources = LoadCommandLine.Number(
        "--event-sources", "N", "Clients that are this project's EventSource, as a sample", 10, 0, 1000);
    private readonly Option<double> _patience = LoadCommandLine.Number(
        "--patience", "SECONDS", "How long beyond the ramp the last stream may take to open", 60.0, 1, 3600);
    private readonly Option<bool> _share = new("--share") { Description = "One upstream stream for all clients (the gateway's --share) instead of one each" };
    private readonly Option<bool> _tls = new("--tls") { Description = "Clients connect by TLS; the gateway has a certificate of the run's own" };
    private readonly Option<int?> _http2 = Http2Option("One each, by HTTP/1.1, unless given; without --tls in the clear");
    private readonly Option<Uri?> _target = new("--target")
    {
        HelpName = "URL",
        Description = "Put the load on this stream, on the loopback address, instead of starting origin and gateway",
        CustomParser = Target
    };
    private readonly Option<string?> _output = new("--output")
    {
        HelpName = "FOLDER",
        Description = "Where the report goes; artifacts/loadtests/<time>-<scenario> unless given"
    };
    private readonly Option<string[]> _gateway = new("--gateway")
    {
        HelpName = "ARGUMENT",
        Description = "A further argument of the gateway's command line, e.g. --gateway=--heartbeat=5s; repeatable",
        AllowMultipleArgumentsPerToken = false
    };
    private readonly Option<string?> _worker = new("--worker") { Hidden = true };
    private readonly BombingFlags _bombing = new();
    private readonly Func<ParseResult, LoadOptions, LoadScenario> _scenario;

    /// <param name="name">Of the command.</param>
    /// <param name="description">What it asks.</param>
    /// <param name="defaults">Unless told otherwise.</param>
    /// <param name="scenario">Makes it.</param>
    /// <param name="further">Options of its own.</param>
    public LoadCommand(string name, string description, LoadOptions defaults, Func<ParseResult, LoadOptions, LoadScenario> scenario, params Option[] further)
        : base(name, description)
    {
        _scenario = scenario;
        _clients = LoadCommandLine.Number("--clients", "N", "Clients with a stream each", defaults.Clients, 1, 16 * MostPerProcess);
        _ramp = LoadCommandLine.Number("--ramp", "SECONDS", "Over which they come", defaults.Ramp.TotalSeconds, 0, 3600);
        _seconds = LoadCommandLine.Number("--seconds", "SECONDS", "How long they stay", defaults.Hold.TotalSeconds, 1, 7 * 24 * 3600);
        _rate = LoadCommandLine.Number("--rate", "N", "Events a second on each stream", defaults.Rate, 0.1, 1000);
        _size = LoadCommandLine.Number("--size", "BYTES", "Data of an event", defaults.Size, 40, 16384);
        _eventSources.DefaultValueFactory = _ => defaults.EventSources;
        Option[] all =
        [
            _clients, _ramp, _seconds, _rate, _size, _share, _tls, _http2, _target, _processes, _patience, _eventSources, _gateway, _output, _worker,
            .. further,
        ];
        foreach (var option in all)
        {
            Add(option);
        }
        _bombing.AddTo(this);
        SetAction(RunAsync);
    }

    /// <summary>For a scenario that does things to the gateway: it cannot be somebody else's.</summary>
    public LoadCommand OwnGatewayOnly() => Without(_target);

    /// <summary>For a scenario of two gateways, whose clients are of one kind, counted in this process, and go from one to the other.</summary>
    public LoadCommand FromOneGatewayToAnother()
    {
        // As it was called before it had the options of the others.
        _clients.Aliases.Add("--streams");
        return Without(_target, _share, _processes, _eventSources);
    }

    private LoadCommand Without(params Option[] options)
    {
        foreach (var option in options)
        {
            Options.Remove(option);
        }

        return this;
    }

    private T? Of<T>(ParseResult parsed, Option<T> option, T? otherwise = default) => Options.Contains(option) ? parsed.GetValue(option) : otherwise;

    private static Uri? Target(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && (url.Host == "localhost" || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address))))
        {
            return url;
        }

        result.AddError($"--target: must be an http or https URL on the loopback address, since load on other machines is not this program's, got {text}");
        return null;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var bombing = _bombing.Read(parsed, Name);
        var options = Planned(parsed, Read(parsed), bombing);
        if (bombing is not null && options.Processes > 1)
        {
            throw new UsageException("--processes: NBomber brings all clients in one process");
        }

        if (options.Clients > MostPerProcess * options.Processes)
        {
            throw new UsageException($"--clients: at most {MostPerProcess} in a process: give --processes {1 + ((options.Clients - 1) / MostPerProcess)}");
        }

        var scenario = _scenario(parsed, options);
        FileLimit.Require(Math.Max(options.Clients / options.Processes, FilesOfGateway(options)));
        if (parsed.GetValue(_worker) is { } worker)
        {
            var share = worker.Split('/').Select(int.Parse).ToArray();
            using var orders = new StreamReader(Console.OpenStandardInput());
            await new Worker(scenario, share[0], share[1]).RunAsync(orders, Console.Out);
            return 0;
        }

        RunHeader.Print(parsed);
        try
        {
            var started = DateTimeOffset.Now;
            var runner = Runners.Of(bombing);
            var folder = ReportFolder.Of(options.Output, started, Name);
            string[] commandLine = [.. parsed.Tokens.Select(token => token.Value)];
            var outcome = await new LoadRun(scenario, runner, commandLine, folder).RunAsync(cancellation);
            return ReportOutput.Write(parsed, scenario.Question, runner.Name, started, outcome, folder);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("loadtests: interrupted before the first client");
            return RequirementMissed;
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or TimeoutException)
        {
            await Console.Error.WriteLineAsync("loadtests: " + failure.Message);
            return RequirementMissed;
        }
    }

    /// <summary>The option that asks for HTTP/2.</summary>
    /// <param name="otherwise">What happens without it.</param>
    /// <param name="least">1, or 0 where that means HTTP/1.1.</param>
    public static Option<int?> Http2Option(string otherwise, int least = 1)
    {
        const int Most = 1000;
        var option = new Option<int?>("--http2")
        {
            HelpName = "STREAMS_PER_CONNECTION",
            Description = $"Clients share HTTP/2 connections, so many streams on each, {least} to {Most}; fewer where the server allows fewer. {otherwise}",
            CustomParser = result => int.TryParse(result.Tokens.Single().Value, CultureInfo.InvariantCulture, out var each) && each >= least && each <= Most
                ? each
                : Wrong(result, $"--http2: must be {least} to {Most}, got {result.Tokens.Single().Value}"),
        };
        return option;

        static int? Wrong(System.CommandLine.Parsing.ArgumentResult result, string error)
        {
            result.AddError(error);
            return null;
        }
    }

    // A stream is two connections of it, the client's and the upstream's; what is shared there are few of.
    private static int FilesOfGateway(LoadOptions options)
    {
        var ofClients = options.Clients / (options.Http2 ?? 1);
        return options.Target is not null ? 0 : options.Share ? ofClients : options.Clients + ofClients;
    }

    // What NBomber's configuration says of who comes when is said nowhere else.
    private LoadOptions Planned(ParseResult parsed, LoadOptions options, BombingOptions? bombing)
    {
        if (bombing?.Config?.Stages is not { } stages)
        {
            return options;
        }

        foreach (var twice in ((Option[])[_clients, _ramp, _seconds]).Where(option => parsed.GetResult(option) is { Implicit: false }))
        {
            throw new UsageException($"{twice.Name}: the load simulations of --nbomber-config say it already");
        }

        var plan = LoadPlan.Of(stages);
        return options with { Clients = plan.Clients, Ramp = plan.Ramp, Hold = plan.Hold };
    }

    private LoadOptions Read(ParseResult parsed)
    {
        var target = Of(parsed, _target);
        var tls = parsed.GetValue(_tls);
        if (tls && target is not null && target.Scheme != Uri.UriSchemeHttps)
        {
            throw new UsageException("--tls: the URL of --target says http");
        }

        return Read(parsed, target) with { Tls = tls || target?.Scheme == Uri.UriSchemeHttps, Http2 = parsed.GetValue(_http2) };
    }

    private LoadOptions Read(ParseResult parsed, Uri? target) => new()
    {
        Clients = parsed.GetValue(_clients),
        Ramp = TimeSpan.FromSeconds(parsed.GetValue(_ramp)),
        Hold = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        Rate = parsed.GetValue(_rate),
        Size = parsed.GetValue(_size),
        Share = Of(parsed, _share),
        Target = target,
        Processes = Of(parsed, _processes, 1),
        EventSources = Of(parsed, _eventSources),
        Patience = TimeSpan.FromSeconds(parsed.GetValue(_patience)),
        Output = parsed.GetValue(_output),
        Gateway = parsed.GetValue(_gateway) ?? [],
    };
}
