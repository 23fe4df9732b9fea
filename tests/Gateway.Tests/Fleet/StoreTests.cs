using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Fleet.Store;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>The connection to Redis: there or not, the gateway is.</summary>
public sealed class StoreTests
{
    [Fact]
    public async Task A_gateway_starts_without_its_redis_says_so_once_and_joins_when_it_comes()
    {
        await using var redis = RedisServer.Create();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, redis.Setting + ",password=unheard-of", GatewayUnderTest.WithAdmin);
        await Deadline.UntilAsync(() => Lines(gateway, 201) >= 1);
        await Deadline.UntilAsync(async () => (await Exposition.ReadAsync(gateway))["sse_gateway_fleet_store_outages_total{}"] >= 1);

        await redis.StartAsync();
        await redis.ExecuteAsync("CONFIG", "SET", "requirepass", "unheard-of");
        await HereAsync(gateway);
        Assert.Equal((1, 1), (Lines(gateway, 200), Lines(gateway, 201)));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("unheard-of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gateways_of_one_redis_know_each_other_but_for_those_of_another_prefix()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var other = await StartAsync(upstream, redis, "other", "SseGateway:Fleet:Prefix=other");
        await using var one = await StartAsync(upstream, redis, "one");
        var two = await StartAsync(upstream, redis, "two");
        await Deadline.UntilAsync(() => Nodes(one) == "one two" && Nodes(two) == "one two" && Nodes(other) == "other");

        await two.DisposeAsync();
        await Deadline.UntilAsync(() => Nodes(one) == "one");
    }

    [Fact]
    public async Task Scripts_that_were_flushed_are_loaded_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await HereAsync(gateway);
        await redis.ExecuteAsync("SCRIPT", "FLUSH");
        await redis.ExecuteAsync("DEL", "sse:{nodes}");
        await Deadline.UntilAsync(async () => (long)await redis.ExecuteAsync("EXISTS", "sse:{nodes}") == 1);
        Assert.Equal(0, Lines(gateway, 201));
    }

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-ttl")]
    public async Task A_policy_that_drops_what_is_in_use_is_warned_of(string policy)
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", policy);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await Deadline.UntilAsync(() => Lines(gateway, 202) == 1);
    }

    /// <summary>Redis that hangs answers neither commands nor connections.</summary>
    [Fact]
    public async Task A_redis_that_hangs_is_away_and_then_here_again()
    {
        await using var redis = await RedisServer.StartAsync("--enable-debug-command", "yes");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await HereAsync(gateway);
        var hang = redis.ExecuteAsync("DEBUG", "SLEEP", "4");
        await Deadline.UntilAsync(() => Lines(gateway, 201) >= 1);
        await Deadline.UntilAsync(() => Lines(gateway, 200) >= 2);
        await hang;
    }

    [Fact]
    public async Task What_is_said_on_a_channel_is_heard_in_its_order_over_a_killed_subscription()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await HereAsync(gateway);
        var (store, heard, joined) = (Store(gateway), new List<byte>(), 0);
        store.Joined += () => joined++;
        await store.SubscribeAsync(new StoreChannel("test", message => heard.Add(message.Span[0])));
        for (var i = 0; i < 100; i++) await redis.ExecuteAsync("PUBLISH", "test", new[] { (byte)i });
        await Deadline.UntilAsync(() => heard.Count == 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), heard);

        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Deadline.UntilAsync(() => joined == 1);

        // The library says so before Redis has taken all subscriptions anew.
        await Deadline.UntilAsync(async () => await SubscribersAsync(redis) == 1, "it to be subscribed again");
        await redis.ExecuteAsync("PUBLISH", "test", new byte[] { 100 });
        await Deadline.UntilAsync(() => heard.Count == 101);
    }

    /// <summary>What is told of then is written again: revocations, places, tickets, streams and answers.</summary>
    [Fact]
    public async Task A_redis_that_is_emptied_while_it_is_here_is_told_of()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await HereAsync(gateway);
        var joined = 0;
        Store(gateway).Joined += () => joined++;
        await redis.ExecuteAsync("FLUSHALL");
        await Deadline.UntilAsync(() => joined == 1);
        Assert.Equal((1, 0), (Lines(gateway, 200), Lines(gateway, 201)));
    }

    /// <summary>The client library keeps a subscription that has failed, and collects for it, without a bound, what nobody reads.</summary>
    [Fact]
    public async Task A_subscription_that_has_failed_leaves_nothing_behind()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, redis, "one");
        await HereAsync(gateway);
        await redis.ExecuteAsync("ACL", "SETUSER", "default", "resetchannels", "&sse:ctl");
        var (store, channel) = (Store(gateway), new StoreChannel("test", _ => { }));
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<StoreAwayException>(() => store.SubscribeAsync(channel));

        await redis.ExecuteAsync("ACL", "SETUSER", "default", "allchannels");
        await store.SubscribeAsync(channel);
        Assert.Equal(1, await SubscribersAsync(redis));
        await store.UnsubscribeAsync(channel);
        await Deadline.UntilAsync(async () => await SubscribersAsync(redis) == 0, "nobody to hear the channel");
    }

    private static async Task<long> SubscribersAsync(RedisServer redis) =>
        (long)((RedisResult[])(await redis.ExecuteAsync("PUBSUB", "NUMSUB", "test"))!)[1];

    internal static FleetStore Store(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<FleetStore>();

    internal static Task HereAsync(GatewayUnderTest gateway) => Deadline.UntilAsync(() => Store(gateway).Status.IsHere);

    internal static int Lines(GatewayUnderTest gateway, int id) => gateway.Log.Lines.Count(line => line.Contains($"[{id}]", StringComparison.Ordinal));

    private static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, RedisServer redis, string node, params string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, [redis.Setting, $"SseGateway:Fleet:Node={node}", .. settings]);

    private static string Nodes(GatewayUnderTest gateway) => string.Join(' ', Store(gateway).Nodes.Select(node => node.Name));
}
