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

    public static IReadOnlyList<Peer> All { get; } = [new GatewayPeer(share: false), new GatewayPeer(share: true), new NginxPeer(), new NchanPeer(),
        new HaproxyPeer(), new CaddyPeer(), new YarpPeer()];

    /// <returns>The means, in the order of the peers.</returns>
    public async Task<IReadOnlyList<PeerFigures>> RunAsync(IReadOnlyList<Peer> peers, CancellationToken cancellation)
    {
        FileLimit.Require(2 * options.Clients);
        var turns = new List<PeerFigures>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var peer in peers)
            {
                var figures = await MeasureAsync(peer, round, cancellation);
                Console.WriteLine(FormattableString.Invariant(
                    $"round {round}  {peer.Name,-20} {figures.EventMicroseconds,6:0.0} us/event {figures.OpenMicroseconds,6:0} us/open {figures.StreamKilobytes,6:0.0} KB/stream {figures.StreamKilobytesAtEnd,6:0.0} at the end, p50 {figures.P50Ms:0.0} ms, p99 {figures.P99Ms:0.0} ms, {figures.Lost} lost, {figures.Broken} broken"));
                turns.Add(figures);
            }
        }

        return [.. turns.GroupBy(turn => turn.Peer).Select(group => PeerFigures.Mean([.. group]))];
    }

    private async Task<PeerFigures> MeasureAsync(Peer peer, int round, CancellationToken cancellation)
    {
        var scratch = Directory.CreateTempSubdirectory("ssegateway-compare-");
        try
        {
            await using var origin = await OriginProcess.StartAsync(new OriginOptions(0, options.Size, 1, TimeSpan.FromSeconds(1)), cancellation);
            await using var running = await peer.StartAsync(origin.Streams, scratch, cancellation);
            await using var publisher = running.Publish is { } publish ? new HubPublisher(publish, options.Size) : null;
            await Task.Delay(Calm, cancellation);
            var empty = ProcessTree.Usage(running.Id);

            var load = new LoadOptions
            {
                Clients = options.Clients,
                Ramp = TimeSpan.FromSeconds(options.Clients / OpeningRate),
                Hold = options.Measured,
                Rate = options.Rate,
                Size = options.Size,
                Target = running.Stream,
            };
            var crowd = new BroadcastScenario(load).Crowd;
            await using var clients = runner.CreateClients(
                crowd, new Place(running.Stream), [], Path.Combine(folder, $"{round}-{peer.Name.Replace(", ", "-", StringComparison.Ordinal)}"));
            await clients.StartAsync(cancellation);
            await OpenAsync(clients, cancellation);
            var opened = ProcessTree.Usage(running.Id);

            publisher?.Start(options.Rate);
            await (publisher is null ? origin.ProduceAsync(options.Rate, cancellation) : Task.CompletedTask);
            await Task.Delay(WarmUp, cancellation);
            var (before, countsBefore) = (ProcessTree.Usage(running.Id), clients.Counts);
            await Task.Delay(options.Measured, cancellation);
            var (after, countsAfter) = (ProcessTree.Usage(running.Id), clients.Counts);

            var newest = publisher is null ? await origin.StopAsync(cancellation) : await publisher.StopAsync();
            var (counts, timings) = await clients.FinishAsync(newest, SettlePatience);
            await clients.CloseAsync(new Requirements().Add("no event is lost", counts.Lost == 0, $"{counts.Lost} lost"));
            var latency = timings.First(timing => timing.Name == TimingNames.Latency).Summarize();
            var events = countsAfter.Events - countsBefore.Events;
            return new PeerFigures
            {
                Peer = peer.Name,
                EventMicroseconds = after.MicrosecondsEach(before, events),
                OpenMicroseconds = opened.MicrosecondsEach(empty, options.Clients),
                StreamKilobytes = opened.KilobytesEach(empty, options.Clients),
                StreamKilobytesAtEnd = after.KilobytesEach(empty, options.Clients),
                P50Ms = latency.P50Ms,
                P99Ms = latency.P99Ms,
                Events = events,
                Lost = counts.Lost,
                Broken = counts.Failed + counts.Refused + counts.Cut + counts.Ended,
            };
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task OpenAsync(ILoadClients clients, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenTimeout);
        try
        {
            while (clients.Counts.Open < options.Clients)
            {
                await Task.Delay(100, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{clients.Counts.Open} of {options.Clients} streams are open after {OpenTimeout.TotalSeconds:0} s");
        }
    }
}
