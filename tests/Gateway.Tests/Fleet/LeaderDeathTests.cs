using System.Globalization;
using System.Net;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing.Load;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>A gateway that has the upstream dies or sleeps under load. Clients check each event: the last one counted up by one.</summary>
public sealed class LeaderDeathTests
{
    private const int Rounds = 2;
    private const int Clients = 20;

    [Fact]
    public async Task Its_death_costs_the_clients_of_others_nothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var survivor = await Node.StartAsync(upstream.Url, redis, "survivor");
        for (var round = 1; round <= Rounds; round++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/resumes/{round}");
            await using var leader = Start(upstream, redis);
            var endPoint = new IPEndPoint(IPAddress.Loopback, (await leader.AddressAsync()).Port);
            using var there = new Swarm(endPoint, path, 1);
            await there.OpenAsync();
            using var here = new Swarm(survivor.EndPoint, path, Clients);
            await here.OpenAsync();
            await here.UntilAsync(() => here.Clients.All(client => client.Last > 100), "events by way of the leader");
            Assert.Equal(round - 1, await Node.SampleAsync(survivor, "sse_gateway_fleet_takeovers_total"));

            await leader.SignalAsync("KILL");
            var seen = here.Clients.Max(client => client.Last);
            await here.UntilAsync(() => here.Clients.All(client => client.Last > seen + 500), "events without it");
            Assert.Equal([(0, 0)], here.Clients.Select(client => (client.Gaps, client.Missed)).Distinct());
        }

        Assert.Equal(Rounds, await Node.SampleAsync(survivor, "sse_gateway_fleet_takeovers_total"));
        Assert.Equal(Rounds * Clients, survivor.Streams.Admitted);
    }

    [Fact]
    public async Task One_that_sleeps_while_another_takes_over_writes_nothing_afterwards_and_its_clients_go_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var other = await Node.StartAsync(upstream.Url, redis, "other");
        await using var leader = Start(upstream, redis);
        using var there = new Swarm(new IPEndPoint(IPAddress.Loopback, (await leader.AddressAsync()).Port), "/resumes", Clients);
        await there.OpenAsync();
        using var here = new Swarm(other.EndPoint, "/resumes", Clients);
        await here.OpenAsync();
        await here.UntilAsync(() => here.Clients.All(client => client.Last > 100), "events by way of the leader");

        await leader.SignalAsync("STOP");
        await Node.LeadsAsync(other);
        var seen = here.Clients.Max(client => client.Last);
        await here.UntilAsync(() => here.Clients.All(client => client.Last > seen + 500), "events without it");
        await leader.SignalAsync("CONT");
        seen = here.Clients.Max(client => client.Last);
        await there.UntilAsync(() => there.Clients.All(client => client.Last > seen + 500), "events at the one that slept");
        await here.UntilAsync(() => here.Clients.All(client => client.Last > seen + 500), "events at the other");
        Assert.Equal([(0, 0)], here.Clients.Concat(there.Clients).Select(client => (client.Gaps, client.Missed)).Distinct());
        Assert.Equal(1, Node.Streams(other).Count(stream => stream.IsLeading));
        await Deadline.UntilAsync(() => leader.Console.Contains("the lease could not be kept", StringComparison.Ordinal));
    }

    /// <summary>It is left the time of a lease to write its log again, and no more than that.</summary>
    [Fact]
    public async Task One_that_dies_as_redis_loses_everything_is_followed_all_the_same()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var survivor = await Node.StartAsync(upstream.Url, redis, "survivor", "SseGateway:Fleet:Lease=1s");
        await using var leader = Start(upstream, redis);
        using var there = new Swarm(new IPEndPoint(IPAddress.Loopback, (await leader.AddressAsync()).Port), "/resumes", 1);
        await there.OpenAsync();
        using var here = new Swarm(survivor.EndPoint, "/resumes", 1);
        await here.OpenAsync();
        await here.UntilAsync(() => here.Clients.All(client => client.Last > 100), "events by way of the leader");

        await leader.SignalAsync("KILL");
        await redis.ExecuteAsync("FLUSHALL");
        var seen = here.Clients.Max(client => client.Last);
        await here.UntilAsync(() => here.Clients.All(client => client.Last > seen + 500), "events without it");
        Assert.Equal([(0, 0)], here.Clients.Select(client => (client.Gaps, client.Missed)).Distinct());
        Assert.True(Node.Leads(survivor));
    }

    [Theory]
    [InlineData("DEBUG SLEEP 3")]
    [InlineData("CLIENT KILL TYPE pubsub")]
    [InlineData("CLIENT KILL TYPE normal SKIPME yes")]
    [InlineData("FLUSHALL")]
    public async Task Under_load_nothing_is_lost_and_nothing_comes_twice_after(string command)
    {
        await using var redis = await RedisServer.StartAsync("--enable-debug-command", "yes");
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two");
        using var there = new Swarm(one.EndPoint, "/resumes", Clients);
        await there.OpenAsync();
        using var here = new Swarm(two.EndPoint, "/resumes", Clients);
        await here.OpenAsync();
        await here.UntilAsync(() => here.Clients.All(client => client.Last > 100), "events");
        var words = command.Split(' ');
        for (var round = 0; round < 3; round++)
        {
            await redis.ExecuteAsync(words[0], words[1..]);
            var seen = here.Clients.Concat(there.Clients).Max(client => client.Last);
            await here.UntilAsync(() => here.Clients.All(client => client.Last > seen + 300), "events at the one that follows");
            await there.UntilAsync(() => there.Clients.All(client => client.Last > seen + 300), "events at the one that leads");
        }

        Assert.Equal([(0, 0)], here.Clients.Concat(there.Clients).Select(client => (client.Gaps, client.Missed)).Distinct());
        Assert.Equal(2 * Clients, one.Streams.Count + two.Streams.Count);
    }

    // The lease is longer than this machine may stand still, and short enough to be waited for.
    private static GatewayProcess Start(UpstreamProcess upstream, RedisServer redis) => GatewayProcess.StartWith(
        new Dictionary<string, string> { ["SseGateway__Fleet__Lease"] = "4s" },
        "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--upstream", upstream.Url, "--share", "--redis", redis.Address);
}
