using System.Diagnostics;
using LoadTests.Clients.Http2;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoadTests.Scenarios.Idle;

/// <summary>
/// What streams cost a gateway on which nothing happens: with heartbeats off, where the sweep of the deadlines is all that is left, and with
/// the default ones.
/// </summary>
internal sealed class IdleScenario(IdleOptions options, IRunner runner, string folder)
{
    // HTTP/2 at both ends: with a connection for each stream at each, so many would need more files than one process may have.
    private static readonly string[] Http2 =
    [
        "--Kestrel:EndpointDefaults:Protocols=Http2",
        "--ReverseProxy:Clusters:upstream:HttpRequest:Version=2",
        "--ReverseProxy:Clusters:upstream:HttpRequest:VersionPolicy=RequestVersionExact",
    ];

    // Until what opening the streams has left to do is done: compilation in tiers, the pools' trimming.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    // Opened in a second; what a gateway on two cores takes over HTTP/2 without a queue.
    private const double OpeningRate = 2000;

    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    private TemporaryCertificate? _certificate;

    public async Task<LoadOutcome> RunAsync(CancellationToken cancellation)
    {
        FileLimit.Require(options.Http2 is { } each ? (options.Streams / each) + (options.Streams / 50) : 2 * options.Streams);
        await using var origin = await Origin.StartAsync(options.Http2 is null ? HttpProtocols.Http1 : HttpProtocols.Http2, SilentAsync, cancellation);
        await using var certificate = options.Tls ? new TemporaryCertificate() : null;
        _certificate = certificate;
        string[] arguments = ["--upstream", origin.Url, .. options.Http2 is null ? [] : Http2];

        var empty = await MeasureAsync("no-stream", arguments, 0, cancellation);
        var result = new LoadResult { Counts = new Counts() };
        result.Figures.Add(empty.Figure("no stream"));
        var swept = await MeasureAsync("heartbeats-off", [.. arguments, "--heartbeat", "0"], options.Streams, cancellation);
        result.Figures.Add(swept.Figure($"{options.Streams}, heartbeats off"));
        var beating = await MeasureAsync("heartbeats", arguments, options.Streams, cancellation);
        result.Figures.Add(beating.Figure($"{options.Streams}, heartbeats as by default"));
        return new LoadOutcome(result, new Requirements()
            .Add($"{options.Streams} idle streams cost under 1 % of a core at rest", swept.Percent < 1,
                $"{swept.Percent:0.00} %, of which {empty.Percent:0.00} % without any stream")
            .Add("every stream lives to the end", swept.Ended + beating.Ended == 0, $"{swept.Ended} and {beating.Ended} ended"));
    }

    private static async Task SilentAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IdleFigures> MeasureAsync(string part, string[] arguments, int count, CancellationToken cancellation)
    {
        await using var gateway = await GatewayProcess.StartAsync(arguments, cancellation, certificate: _certificate);
        if (count == 0)
        {
            return await MeasureAsync(gateway, () => new Counts(), cancellation);
        }

        var url = new Uri(gateway.Address, "/events");
        var load = new LoadOptions { Clients = count, Ramp = TimeSpan.FromSeconds(count / OpeningRate), Hold = Calm + options.Measured, Rate = 1, Size = 0 };
        var connections = options.Http2 is { } each ? new Http2Connections(each) : null;
        var crowd = new Crowd(
            "idle", load, (number, place, measured) => new IdleClient(place.Request(connections) with { From = Place.AddressOf(number) }, measured))
        {
            Connections = connections,
        };
        await using var clients = runner.CreateClients(crowd, new Place(url), [], Path.Combine(folder, part));
        var started = gateway.Usage();
        await clients.StartAsync(cancellation);
        await OpenAsync(clients, load, cancellation);
        var opened = gateway.Usage();
        Console.WriteLine(FormattableString.Invariant(
            $"{count} streams opened: {opened.MicrosecondsEach(started, count):0} us of CPU and {opened.KilobytesEach(started, count):0.0} KB for each"));
        var figures = await MeasureAsync(gateway, () => clients.Counts, cancellation);
        await clients.FinishAsync(null, TimeSpan.Zero);
        await clients.CloseAsync(new Requirements().Add("every stream lives to the end", figures.Ended == 0, $"{figures.Ended} ended"));
        return figures;
    }

    private async Task<IdleFigures> MeasureAsync(GatewayProcess gateway, Func<Counts> counts, CancellationToken cancellation)
    {
        await Task.Delay(Calm, cancellation);
        var (before, frames, clock) = (gateway.Usage(), counts().Events, Stopwatch.GetTimestamp());
        await Task.Delay(options.Measured, cancellation);
        var (after, elapsed, now) = (gateway.Usage(), Stopwatch.GetElapsedTime(clock), counts());
        return new IdleFigures(
            after.PercentOfCore(before, elapsed), after.Megabytes, (now.Events - frames) / elapsed.TotalSeconds, (int)(now.Opened - now.Open));
    }

    private static async Task OpenAsync(ILoadClients clients, LoadOptions load, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        while (clients.Counts is var counts && counts.Opened < load.Clients)
        {
            if (counts.Failed > 0 || Stopwatch.GetElapsedTime(begun) > load.Ramp + OpenPatience)
            {
                throw new TimeoutException($"{counts.Opened} of {load.Clients} streams were opened, {counts.Failed} attempts failed");
            }

            await Task.Delay(PollPeriod, cancellation);
        }
    }
}
