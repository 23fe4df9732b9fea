using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Load;

/// <summary>A thousand clients on one upstream connection, all the events in order for each, whatever becomes of their own connections.</summary>
public sealed class ResumeStormTests
{
    private const int Count = 1_000;
    private const int Resumes = 20_000;

    // 500 events a second.
    private const int EventsAtOnce = 10;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Thousand_clients_share_one_connection_and_get_every_event_once_and_in_order()
    {
        const int Events = 1_000;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        using var swarm = new Swarm(gateway.EndPoint, "/events", Count);
        var opening = swarm.OpenAsync();
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await opening;
        for (var id = 1; id <= Events; id += EventsAtOnce) await exchange.SendAsync(Share.Events(id, id + EventsAtOnce - 1));

        await swarm.UntilAsync(() => swarm.Clients.All(client => client.Last == Events), "every client to have the last event");
        Assert.Equal([(Events, 0)], swarm.Clients.Select(client => (client.Received, client.Gaps)).Distinct());
        Assert.Equal((1, 1), (upstream.RequestCount, upstream.ConnectionCount));
    }

    [Fact]
    public async Task Twenty_thousand_resumes_lose_nothing_that_is_not_told_and_repeat_nothing()
    {
        const int Retained = 1_500;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"LogCount={Retained}"));
        using var swarm = new Swarm(gateway.EndPoint, "/events", Count, Resumes, eventsBetween: 600, seed: 4) { AwayOneIn = 50, LongestAway = 3 * Retained };
        var opening = swarm.OpenAsync();
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await opening;

        var last = 0;
        using (var timer = new PeriodicTimer(Period))
        {
            while (swarm.Drops < Resumes && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                swarm.ThrowIfFailed();

                // Who is here can keep up, however busy the machine is: only who has been away misses what is not retained any more.
                if (swarm.Clients.Any(client => client.IsOpen && last - client.Last > Retained / 3)) continue;
                await exchange.SendAsync(Share.Events(last + 1, last + EventsAtOnce));
                last += EventsAtOnce;
                swarm.Sent(last);
            }
        }

        swarm.Sent(last, allComeBack: true);
        await swarm.UntilAsync(() => swarm.Clients.All(client => client.IsOpen), "all clients to be back");
        await exchange.SendAsync(Share.Event(last + 1));
        await swarm.UntilAsync(() => swarm.Clients.All(client => client.Last == last + 1), "every client to have the last event");

        Assert.Equal([last + 1], swarm.Clients.Select(client => client.Received + client.Missed).Distinct());
        var (gaps, missed) = (swarm.Clients.Sum(client => client.Gaps), swarm.Clients.Sum(client => client.Missed));
        TestContext.Current.TestOutputHelper?.WriteLine($"{last + 1} events, {swarm.Drops} resumes, {gaps} gaps told, {missed} events in them");
        Assert.InRange(gaps, 1, Resumes / 10);
        Assert.InRange(swarm.Drops, Resumes, Resumes + Count);
        Assert.Equal((1, 1), (upstream.RequestCount, upstream.ConnectionCount));
    }
}
