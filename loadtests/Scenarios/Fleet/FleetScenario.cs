using System.Globalization;
using System.Text.Json.Nodes;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;

namespace LoadTests.Scenarios.Fleet;

/// <summary>
/// One stream for clients of several gateways. The gateway that has the upstream is ended and started again, as often as asked: is an event lost or twice
/// there, how long until another one leads, and does a client of another gateway notice?
/// </summary>
internal sealed class FleetScenario(LoadOptions options, int count, int ends, FleetEnd by, TimeSpan warmUp) : LoadScenario(options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly HttpClient Http = new();

    private readonly List<GatewayProcess> _gateways = [];
    private readonly List<double> _takeovers = [];
    private string[] _arguments = [];
    private RedisProcess? _redis;
    private RestFigures? _rest;
    private long _disturbed;
    private int _ended;

    public override string Name => "fleet";

    public override string Question => ends == 0
        ? $"what does a delivered event cost with gateways on one Redis, {count} of them?"
        : $"{count} gateways on one Redis; the one that leads is {Done} {ends} times: is an event lost or twice there?";

    public override Mishaps Expected => Mishaps.Refused | Mishaps.Failed | Mishaps.Over;

    public override async Task<TestBed> StartAsync(CancellationToken cancellation)
    {
        OriginProcess? origin = null;
        try
        {
            _redis = await RedisProcess.StartAsync(cancellation);
            origin = await OriginProcess.StartAsync(new OriginOptions(0, Options.Size, 20, TimeSpan.FromSeconds(20)), cancellation);
            _arguments =
            [
                "--upstream", origin.Streams.ToString(), "--share", "true", "--redis", _redis.Address, "--drain-window", "2s", "--finish-window", "0",
                .. Options.Gateway,
            ];
            for (var number = 0; number < count; number++)
            {
                _gateways.Add(await GatewayProcess.StartAsync(_arguments, cancellation));
            }

            return TestBed.Of(new Place(new Uri(_gateways[0].Address, "/events")), gateway: null, origin, [new Rest(this)]);
        }
        catch
        {
            await (origin?.DisposeAsync() ?? ValueTask.CompletedTask);
            await new Rest(this).DisposeAsync();
            throw;
        }
    }

    public override LoadClient CreateClient(int number, Place place, IMeasured measured)
    {
        var first = RequestTo(place) with { From = Place.AddressOf(number), BufferBytes = Math.Max(1024, Options.Size + 512) };
        return new FleetClient([.. _gateways.Select(gateway => first with { Server = gateway.EndPoint })], number, measured);
    }

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        await conductor.AllOpenAsync(cancellation);
        await conductor.ProduceAsync(Options.Rate, cancellation);
        if (!await conductor.UntilAsync(counts => counts.Events >= 2 * Options.Clients, Patience, cancellation))
        {
            throw new TimeoutException("there are streams without an event: the machine is too slow for so many");
        }

        for (; _ended < ends; _ended++)
        {
            var leader = await LeaderAsync(except: -1, cancellation);
            var (there, returned) = (await ClientsAsync(_gateways[leader], cancellation), conductor.Counts.Reconnects);
            conductor.Mark(Done);
            var began = TimeProvider.System.GetTimestamp();
            var gone = _gateways[leader];
            await gone.SignalAsync(Signal, cancellation);
            await LeaderAsync(leader, cancellation);
            _takeovers.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            if (by == FleetEnd.Sleep)
            {
                await Task.Delay(Sleep - TimeProvider.System.GetElapsedTime(began), cancellation);
                await gone.SignalAsync("CONT", cancellation);
                await UntilItFollowsAsync(gone, cancellation);
            }
            else
            {
                await gone.WaitForExitAsync(Patience, cancellation);
                await gone.DisposeAsync();
                _gateways[leader] = await GatewayProcess.StartAsync(_arguments, cancellation, gone.Address.Port);
            }

            var events = conductor.Counts.Events;
            await conductor.UntilAsync(counts => counts.Open >= Options.Clients && counts.Events >= events + Options.Clients, Patience, cancellation);
            _disturbed += Math.Max(0, conductor.Counts.Reconnects - returned - (by == FleetEnd.Sleep ? 0 : there));
        }

        if (ends == 0)
        {
            await Task.Delay(warmUp, cancellation);
            _rest = await RestAsync(conductor, cancellation);
        }
        else
        {
            await Task.Delay(Options.Hold, cancellation);
        }
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        _takeovers.Sort();
        if (_takeovers.Count > 0)
        {
            result.Figures.Add(new Figure("until another one leads", string.Create(
                CultureInfo.InvariantCulture, $"{_takeovers[_takeovers.Count / 2]:0} ms (median), {_takeovers[^1]:0} ms at most")));
        }

        if (_rest is { } rest)
        {
            result.Figures.AddRange(rest.Figures());
        }

        if (_redis is { } redis)
        {
            result.Figures.Add(new Figure("CPU time of Redis", string.Create(CultureInfo.InvariantCulture, $"{redis.Cpu.TotalSeconds:0.0} s")));
        }

        requirements.NothingLost(result);
        if (ends == 0)
        {
            // What is asked is asked of gateways, not of crowds of clients that share the cores with them.
            if (_rest is { } alone && Options.Clients <= count)
            {
                alone.Judge(requirements);
            }

            return;
        }

        requirements
            .Add($"the leader was {Done} as often as asked", _ended == ends, $"{_ended} of {ends}")
            .Add("no gap was told", result.Counts.Gaps == 0, $"{result.Counts.Gaps} gap notices")
            .Add(by == FleetEnd.Sleep ? "all clients stayed" : "clients of the other gateways stayed", _disturbed == 0, $"{_disturbed} had to come again")
            .Add("another one leads within 6 s", _takeovers.Count == ends && _takeovers[^1] < 6000, _takeovers.Count == 0 ? "never" : $"{_takeovers[^1]:0} ms");
    }

    private async Task<RestFigures> RestAsync(Conductor conductor, CancellationToken cancellation)
    {
        using var publish = new PublishRoundTrip(_redis!.EndPoint);
        var (cpu, events, delay) = (Cpu(), conductor.Counts.Events, await DelayAsync(cancellation));
        await Task.Delay(Options.Hold, cancellation);
        return new RestFigures(
            Cpu() - cpu, conductor.Counts.Events - events, Options.Hold, (await DelayAsync(cancellation)).Since(delay), publish.Summarize());
    }

    private async Task<MirrorDelay> DelayAsync(CancellationToken cancellation) => MirrorDelay.Read(await Task.WhenAll(
        _gateways.Select(gateway => Http.GetStringAsync(new Uri(gateway.Admin, "/metrics"), cancellation))));

    // Of all that delivers events.
    private TimeSpan Cpu() => _gateways.Aggregate(_redis!.Cpu, (sum, gateway) => sum + gateway.Usage().Cpu);

    private string Signal => by switch
    {
        FleetEnd.Kill => "KILL",
        FleetEnd.Sigterm => "TERM",
        _ => "STOP",
    };

    private string Done => by switch
    {
        FleetEnd.Kill => "killed",
        FleetEnd.Sigterm => "drained",
        _ => "put to sleep",
    };

    private static async Task UntilItFollowsAsync(GatewayProcess gateway, CancellationToken cancellation)
    {
        for (var began = TimeProvider.System.GetTimestamp(); await LeadsAsync(gateway, cancellation); await Task.Delay(Poll, cancellation))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException("a gateway that has slept believes for good that it leads");
            }
        }
    }

    // By what each says of itself.
    private async Task<int> LeaderAsync(int except, CancellationToken cancellation)
    {
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience; await Task.Delay(Poll, cancellation))
        {
            for (var number = 0; number < _gateways.Count; number++)
            {
                if (number != except && await LeadsAsync(_gateways[number], cancellation))
                {
                    return number;
                }
            }
        }

        throw new TimeoutException("nobody leads");
    }

    private static async Task<bool> LeadsAsync(GatewayProcess gateway, CancellationToken cancellation)
    {
        try
        {
            return (await StreamsAsync(gateway, cancellation)).Any(stream => (bool)stream!["leads"]!);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int> ClientsAsync(GatewayProcess gateway, CancellationToken cancellation) =>
        (await StreamsAsync(gateway, cancellation)).Sum(stream => (int)stream!["clients"]!);

    private static async Task<JsonArray> StreamsAsync(GatewayProcess gateway, CancellationToken cancellation) =>
        (await Http.GetFromJsonAsync<JsonNode>(new Uri(gateway.Admin, "/fleet"), cancellation))!["streams"]!.AsArray();

    // What the bed does not own: each gateway may be another one by then.
    private sealed class Rest(FleetScenario scenario) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var gateway in scenario._gateways)
            {
                await gateway.DisposeAsync();
            }

            if (scenario._redis is { } redis)
            {
                await redis.DisposeAsync();
            }
        }
    }
}
