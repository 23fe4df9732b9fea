using System.Net.Http.Json;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>
/// A fleet on a Redis that is more than one server: its keys lie on several, and one dies with what was on its way to it, or had not reached its replica.
/// </summary>
public sealed class DeployedRedisTests
{
    // A Sentinel that was kept from running does nothing for half a minute.
    private static readonly TimeSpan MostFailover = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("cluster")]
    [InlineData("sentinel")]
    public async Task What_a_fleet_does_it_does_there_and_goes_on_when_a_server_dies(string kind)
    {
        await using var redis = await DeployedRedis.StartAsync(kind);
        await using var upstream = ScriptedUpstream.Start();
        string[] settings =
        [
            .. Tokens.RequireHs256(), "SseGateway:Limits:StreamsPerSubject=3", "SseGateway:Limits:StreamsPerAddress=100", "SseGateway:Fleet:Grace=10m",
            "SseGateway:DrainWindow=10m",
        ];
        await using var one = await Node.StartAsync(upstream.Url, redis.Setting, "one", settings);
        await using var two = await Node.StartAsync(upstream.Url, redis.Setting, "two", settings);
        await Deadline.UntilAsync(() => Node.Store(one).Nodes.Count == 2 && Node.Store(two).Nodes.Count == 2, "gateways that know each other");

        // One upstream for both, and what one has any has.
        var (exchange, first) = await one.OpenStreamAsync(upstream, "/events", TwoGateways.Of("ada"));
        using var there = first;
        await exchange.SendAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));
        using var here = await two.OpenAsync("/events", "Last-Event-ID: 1", TwoGateways.Of("ada"));
        await here.ExpectAsync("exact", Share.Events(2, 3));

        var keys = Node.Streams(one).Single().Keys;
        await (await redis.OwnerAsync(keys))!.KillAsync();
        await exchange.SendAsync(Share.Events(4, 6));
        await Deadline.UntilAsync(async () => await redis.OwnerAsync(keys) is not null, "another server in its place", MostFailover);
        await there.ExpectAsync(Share.Events(4, 6));
        await here.ExpectAsync(Share.Events(4, 6));
        using var back = await two.OpenAsync("/events", "Last-Event-ID: 1", TwoGateways.Of("ada"));
        await back.ExpectAsync("exact", Share.Events(2, 6));
        Assert.Equal(1, upstream.RequestCount);

        await HandOverAsync(one);
        var again = await upstream.NextAsync();
        Assert.Equal("6", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(7));
        await there.ExpectAsync(Share.Event(7));
        await here.ExpectAsync(Share.Event(7));

        // Her fourth stream is one too many, wherever she asks; and revoked at one she is at both.
        await Deadline.UntilAsync(async () => await TwoGateways.StatusAsync(two) == 429, "limits that hold again");
        using var answer = await one.Admin.PostAsJsonAsync("/revoke", new { subject = "ada" }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        await here.ExpectAbortAsync("");
    }

    // What a drain does; but it sends nobody away.
    private static async Task HandOverAsync(GatewayUnderTest gateway)
    {
        var stream = Node.Streams(gateway).Single();
        await Deadline.UntilAsync(() => stream.IsWanted, "it to know of the other's clients");
        gateway.Streams.Drain();
        stream.HandOver();
    }
}
