using System.Diagnostics;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>The upstream goes from one gateway to another, and its clients notice nothing.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task A_gateway_that_drains_hands_its_upstream_over_and_its_clients_go_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:DrainWindow=10m");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        await Deadline.UntilAsync(() => Node.Streams(one).Single().IsWanted, "one to know of two's client");

        using var hurry = new CancellationTokenSource();
        var stop = one.BeginStop(hurry.Token);
        var again = await upstream.NextAsync();
        Assert.Equal("1", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(2));
        await here.ExpectAsync(Share.Event(2));
        Assert.Equal(1, await Node.SampleAsync(two, "sse_gateway_fleet_takeovers_total"));
        Assert.Equal(1, StoreTests.Lines(two, 205));
        await hurry.CancelAsync();
        await stop;
    }

    [Fact]
    public async Task A_gap_of_the_upstreams_is_told_once_at_each_gateway_in_the_same_place()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:DrainWindow=10m");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));
        await Deadline.UntilAsync(() => Node.Streams(one).Single().IsWanted, "one to know of two's client");

        Drain(one);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(7, 8));
        await there.ExpectAsync(Share.Gap("3", "7", "upstream") + Share.Events(7, 8));
        await here.ExpectAsync(Share.Gap("3", "7", "upstream") + Share.Events(7, 8));
    }

    [Fact]
    public async Task What_a_new_leader_gets_once_more_is_passed_on_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:DrainWindow=10m");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        await Deadline.UntilAsync(() => Node.Streams(one).Single().IsWanted, "one to know of two's client");

        Drain(one);
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(2, 5));
        await here.ExpectAsync(Share.Events(4, 5));
        await there.ExpectAsync(Share.Events(1, 5));
    }

    [Fact]
    public async Task The_upstream_stays_with_a_gateway_as_long_as_clients_of_others_want_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one", Share.With("Linger=1s"));
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("Linger=1s"));
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var here = await two.OpenAsync();
        await Deadline.UntilAsync(() => Node.Streams(one).Single().IsWanted, "one to know of two's client");
        first.Dispose();
        await Deadline.UntilAsync(() => one.Streams.Count == 0);
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(3))
        {
            await exchange.SendAsync(": still\n\n");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await exchange.SendAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        Assert.Equal(1, upstream.RequestCount);
        here.Dispose();
        await redis.ExecuteAsync("DEL", Node.Streams(one).Single().Keys.Want.ToString());
        await Deadline.UntilAsync(() => !Node.Streams(one).Any() && !Node.Streams(two).Any(), "both to let it go");
    }

    // What a signal does, but that it sends nobody away.
    private static void Drain(GatewayUnderTest gateway)
    {
        gateway.Streams.Drain();
        foreach (var stream in Node.Streams(gateway)) stream.HandOver();
    }
}
