using System.Globalization;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Scenarios.Broadcast;
using LoadTests.Scenarios.Compare.Peers;

namespace LoadTests.Scenarios.Compare;

/// <summary>
/// The same broadcast through each peer that is installed, in turn. What is compared is CPU time and memory of each one's process tree, which a
/// busy machine changes far less than what clients see.
/// </summary>
internal sealed class CompareScenario(CompareOptions options, IRunner runner, string folder)
{
    // As for all: what a process does just after it has opened thousands of streams is not what an event costs.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(15);

    // Connects a second: what all of them take without losing a SYN.
    private const double OpeningRate = 1500;

    /// <summary>Why it is not known what the kernel counts as memory; null when it is.</summary>
    public string? WhyNoWorkingSet { get; private set; }

    public static IReadOnlyList<Peer> All { get; } = [new GatewayPeer(share: false), new GatewayPeer(share: true), new NginxPeer(), new NchanPeer(),
        new HaproxyPeer(), new CaddyPeer(), new YarpPeer()];

    /// <returns>The means, in the order of the peers.</returns>
    public async Task<IReadOnlyList<PeerFigures>> RunAsync(IReadOnlyList<Peer> peers, CancellationToken cancellation)
    {
        FileLimit.Require(2 * Math.Max(options.Clients, options.BusyClients));
        var turns = new List<PeerFigures>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var peer in peers)
            {
                var figures = await MeasureAsync(peer, round, cancellation);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}  {peer.Name,-20} {figures.EventMicroseconds,6:0.0} us/event {figures.OpenMicroseconds,6:0} us/open "
                        + $"{figures.StreamKilobytes,6:0.0} KB/stream {figures.StreamKilobytesAtEnd,6:0.0} at the end, p50 {figures.P50Ms:0.0} ms, "
                        + $"p99 {figures.P99Ms:0.0} ms, {figures.Lost} lost, {figures.Broken} broken{Busy(figures)}"));
                turns.Add(figures);
            }
        }

        return [.. turns.GroupBy(turn => turn.Peer).Select(group => PeerFigures.Mean([.. group]))];
    }

    private string Busy(PeerFigures figures) => figures.Busy is not { } busy ? "" : FormattableString.Invariant(
        $"; {options.BusyClients} clients with {busy.EventsPerSecond:0.0} events/s: p50 {busy.P50Ms:0.0} ms, p99 {busy.P99Ms:0.0} ms");

    private async Task<PeerFigures> MeasureAsync(Peer peer, int round, CancellationToken cancellation)
    {
        var name = $"{round}-{peer.Name.Replace(", ", "-", StringComparison.Ordinal)}";
        var figures = await MeasureAsync(peer, options.Clients, options.Rate, name, cancellation);
        if (options.BusyClients == 0)
        {
            return figures;
        }

        // By a process of its own, as for the others: what it has learned and what it holds from before is not theirs either.
        var busy = await MeasureAsync(peer, options.BusyClients, options.BusyRate, $"{name}-busy", cancellation);
        return figures with
        {
            Busy = new BusyFigures(busy.P50Ms, busy.P99Ms, busy.Events / options.Measured.TotalSeconds / options.BusyClients),
            Lost = figures.Lost + busy.Lost,
            Repeated = figures.Repeated + busy.Repeated,
            Broken = figures.Broken + busy.Broken,
        };
    }

    private async Task<PeerFigures> MeasureAsync(Peer peer, int count, double rate, string name, CancellationToken cancellation)
    {
        var scratch = Directory.CreateTempSubdirectory("ssegateway-compare-");
        try
        {
            await using var certificate = options.Tls ? new TemporaryCertificate() : null;
            await using var origin = await OriginProcess.StartAsync(new OriginOptions(0, options.Size, 1, TimeSpan.FromSeconds(1)), cancellation);
            await using var running = await peer.StartAsync(new PeerOrder(origin.Streams, scratch, certificate, options.Http2), cancellation);
            await using var publisher = running.Publish is { } publish ? new HubPublisher(publish, options.Size) : null;
            await Task.Delay(Calm, cancellation);
            var (emptyMemory, emptyCpu) = (running.Memory(), running.Cpu());
            WhyNoWorkingSet = running.NoWorkingSet;

            var load = new LoadOptions
            {
                Clients = count,
                Ramp = TimeSpan.FromSeconds(count / OpeningRate),
                Hold = options.Measured,
                Rate = rate,
                Size = options.Size,
                Target = running.Stream,
                Tls = options.Tls,
                Http2 = options.Http2,
            };
            var crowd = new BroadcastScenario(load).Crowd;
            await using var clients = runner.CreateClients(crowd, new Place(running.Stream), [], Path.Combine(folder, name));
            await clients.StartAsync(cancellation);
            await OpenAsync(clients, count, cancellation);
            var (openMemory, openCpu) = (running.Memory(), running.Cpu());

            publisher?.Start(rate);
            await (publisher is null ? origin.ProduceAsync(rate, cancellation) : Task.CompletedTask);
            await Task.Delay(WarmUp, cancellation);
            var (cpuBefore, countsBefore) = (running.Cpu(), clients.Counts);
            await Task.Delay(options.Measured, cancellation);
            var (cpuAfter, countsAfter) = (running.Cpu(), clients.Counts);
            var memoryAfter = running.Memory();

            var newest = publisher is null ? await origin.StopAsync(cancellation) : await publisher.StopAsync();
            var (counts, timings) = await clients.FinishAsync(newest, SettlePatience);
            await clients.CloseAsync(new Requirements().Add("no event is lost", counts.Lost == 0, $"{counts.Lost} lost"));
            var latency = timings.First(timing => timing.Name == TimingNames.Latency).Summarize();
            var events = countsAfter.Events - countsBefore.Events;
            var atEnd = memoryAfter.KilobytesEach(emptyMemory, count);
            return new PeerFigures
            {
                Peer = peer.Name,
                EventMicroseconds = (cpuAfter - cpuBefore).TotalMicroseconds / Math.Max(1, events),
                OpenMicroseconds = (openCpu - emptyCpu).TotalMicroseconds / count,
                StreamKilobytes = openMemory.KilobytesEach(emptyMemory, count).Proportional,
                StreamKilobytesAtEnd = atEnd.Proportional,
                StreamResidentKilobytes = atEnd.Resident,
                StreamWorkingSetKilobytes = atEnd.WorkingSet,
                P50Ms = latency.P50Ms,
                P99Ms = latency.P99Ms,
                Events = events,
                Lost = counts.Lost,
                Repeated = counts.Repeated,
                Broken = counts.Failed + counts.Refused + counts.Cut + counts.Ended,
                Connections = counts.Connections,
            };
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static async Task OpenAsync(ILoadClients clients, int count, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenTimeout);
        try
        {
            while (clients.Counts.Open < count)
            {
                await Task.Delay(100, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{clients.Counts.Open} of {count} streams are open after {OpenTimeout.TotalSeconds:0} s");
        }
    }
}
