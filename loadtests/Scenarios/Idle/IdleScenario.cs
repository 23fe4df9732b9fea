using System.Diagnostics;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoadTests.Scenarios.Idle;

/// <summary>
/// What streams cost a gateway on which nothing happens: with heartbeats off, where the sweep of the deadlines is all that is left, and with
/// the default ones.
/// </summary>
internal sealed class IdleScenario(IdleOptions options)
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

    public async Task<LoadOutcome> RunAsync(CancellationToken cancellation)
    {
        FileLimit.Require(2 * (options.Http1 ? options.Streams : options.Streams / 50));
        await using var origin = await Origin.StartAsync(options.Http1 ? HttpProtocols.Http1 : HttpProtocols.Http2, SilentAsync, cancellation);
        string[] arguments = ["--upstream", origin.Url, .. options.Http1 ? [] : Http2];

        var empty = await MeasureAsync(arguments, 0, cancellation);
        var result = new LoadResult { Counts = new Counts() };
        result.Figures.Add(empty.Figure("no stream"));
        var swept = await MeasureAsync([.. arguments, "--heartbeat", "0"], options.Streams, cancellation);
        result.Figures.Add(swept.Figure($"{options.Streams}, heartbeats off"));
        var beating = await MeasureAsync(arguments, options.Streams, cancellation);
        result.Figures.Add(beating.Figure($"{options.Streams}, heartbeats as by default"));
        return new LoadOutcome(result, new Requirements()
            .Add($"{options.Streams} idle streams cost under 1 % of a core at rest", swept.Percent < 1, $"{swept.Percent:0.00} %, of which {empty.Percent:0.00} % without any stream")
            .Add("every stream lives to the end", swept.Ended + beating.Ended == 0, $"{swept.Ended} and {beating.Ended} ended"));
    }

    private static async Task SilentAsync(HttpContext context)
    {
        await Origin.StartStreamAsync(context);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IdleFigures> MeasureAsync(string[] arguments, int count, CancellationToken cancellation)
    {
        await using var gateway = await GatewayProcess.StartAsync(arguments, cancellation);
        await using var streams = new IdleStreams(gateway.Address, count, options.Http1);
        var started = gateway.Usage();
        await streams.OpenAsync(cancellation);
        if (count > 0)
        {
            var opened = gateway.Usage();
            Console.WriteLine($"{count} streams opened: {opened.MicrosecondsEach(started, count):0} us of CPU and {opened.KilobytesEach(started, count):0.0} KB for each");
        }

        await Task.Delay(Calm, cancellation);
        var (before, frames, clock) = (gateway.Usage(), streams.Frames, Stopwatch.GetTimestamp());
        await Task.Delay(options.Measured, cancellation);
        var (after, elapsed) = (gateway.Usage(), Stopwatch.GetElapsedTime(clock));
        return new IdleFigures(after.PercentOfCore(before, elapsed), after.Megabytes, (streams.Frames - frames) / elapsed.TotalSeconds, streams.Ended);
    }
}
