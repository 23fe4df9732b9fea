using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>Somebody asks for more URLs than there may be shared streams: nobody else is refused for it, or has less.</summary>
public sealed class OverflowTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")]
    [InlineData("192.0.2.1", "192.0.2.1", "2001:db8::1")]
    public async Task One_address_cannot_take_the_places_of_all(string greedy, string greedyToo, string other)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, most: 8);
        var open = new List<RawResponse>();
        for (var i = 0; i < 20; i++)
        {
            open.Add((await gateway.OpenStreamAsync(upstream, $"/{i}", From(i % 2 == 0 ? greedy : greedyToo))).Response);
        }

        // Three quarters.
        Assert.Equal(6, Shared(gateway).Count);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/new", From(other));
        using var second = await gateway.OpenAsync("/new", From(other));
        using var third = await gateway.OpenAsync("/new", From(greedy));
        await exchange.SendAsync("data: 1\n\n");
        foreach (var client in new[] { first, second, third })
        {
            await client.ExpectAsync("data: 1\n\n");
        }

        Assert.Equal((7, 21), (Shared(gateway).Count, upstream.RequestCount));
        first.Dispose();
        open.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task What_an_address_no_longer_has_counts_no_more()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, most: 4);
        for (var round = 0; round < 3; round++)
        {
            var open = new List<RawResponse>();
            for (var i = 0; i < 3; i++)
            {
                open.Add((await gateway.OpenStreamAsync(upstream, $"/{round}/{i}", From("192.0.2.1"))).Response);
            }

            Assert.Equal([.. Enumerable.Range(0, 3).Select(i => $"/{round}/{i}")], Shared(gateway).Streams.Select(stream => stream.Request.RawPath).Order());
            open.ForEach(response => response.Client.Leave());
            await Deadline.UntilAsync(() => Shared(gateway).Streams.All(stream => stream.Lingers));
        }
    }

    [Fact]
    public async Task When_there_is_no_place_at_all_new_urls_are_relayed_for_everybody()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, most: 4);
        var open = new List<RawResponse>();
        for (var i = 0; i < 4; i++)
        {
            open.Add((await gateway.OpenStreamAsync(upstream, $"/{i}", From($"192.0.2.{i}"))).Response);
        }

        for (var i = 0; i < 3; i++)
        {
            var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/new", From($"198.51.100.{i}"));
            await exchange.SendAsync($"data: {i}\n\n");
            await response.ExpectAsync($"data: {i}\n\n");
            open.Add(response);
        }

        Assert.Equal(4, Shared(gateway).Count);
        Assert.Single(gateway.Log.Lines, line => line.Contains("There may be no more than 4 shared streams", StringComparison.Ordinal));
        open.ForEach(response => response.Dispose());
    }

    private static string From(string address) => $"X-Forwarded-For: {address}";

    private static SharedStreams Shared(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<SharedStreams>();

    private static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, int most) => GatewayUnderTest.StartAsync(
        upstream,
        [.. Share.With("Linger=1h"), "SseGateway:Heartbeat=0", "SseGateway:Limits:TrustedProxies=127.0.0.1", $"SseGateway:Limits:SharedStreams={most}"]);
}
