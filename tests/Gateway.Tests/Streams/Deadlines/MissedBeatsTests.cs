using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>An upstream that has pinged and hangs, with its connection open: the gateway's heartbeats must not hide it. What is a rhythm is in
/// RhythmTests.</summary>
[Trait("Case", "7.4.12")]
public sealed class MissedBeatsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Shared_stream_is_dialled_again_when_its_upstream_misses_three_pings()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With("GiveUpAfter=10m"), "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await time.OpenedAsync(1);
        await PingAsync(gateway, time, exchange, ": ping\n\n");
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync(Share.Event(1));

        await time.PassAsync(16);
        Assert.Equal(1, upstream.RequestCount);
        await time.PassUntilAsync(() => upstream.RequestCount == 2);

        var again = await upstream.NextAsync();
        Assert.Equal("1", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(2));
        await response.ExpectAsync(Share.Event(2));
        response.Dispose();
    }

    [Theory]
    [InlineData(": ping\n\n", "SseGateway:Timeouts:MissedBeats=0")]
    [InlineData("data: tick\n\n", "SseGateway:Timeouts:MissedBeats=3")]
    public async Task Shared_stream_stays_where_nothing_is_watched_and_where_only_events_have_come(string beat, string setting)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. Share.With("GiveUpAfter=10m"), "SseGateway:Heartbeat=0", setting]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await time.OpenedAsync(1);
        await PingAsync(gateway, time, exchange, beat);

        await time.PassAsync(90);
        Assert.Equal(1, upstream.RequestCount);
        response.Dispose();
    }

    [Theory]
    [InlineData(": ping\n\n", 2, true)]
    [InlineData(":\r\n", 3, true)]
    [InlineData(": ping\n\n", null, false)]
    [InlineData("event: ping\ndata: {}\n\n", 3, false)]
    public async Task Relayed_stream_ends_uncleanly_where_it_is_asked_for(string beat, int? missed, bool ends)
    {
        await using var open = await SweptStream.OpenAsync([.. missed is null ? Array.Empty<string>() : [$"SseGateway:Timeouts:MissedBeats={missed}"]]);
        var (time, exchange, response) = open;
        for (var ping = 0; ping < 5; ping++)
        {
            await exchange.SendAsync(beat);
            await response.ExpectAsync(beat);
            await time.PassAsync(5);
        }

        await time.PassAsync(60);
        if (!ends)
        {
            Assert.Equal(StreamState.Open, Assert.Single(time.Streams).State);
            return;
        }

        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await time.AssertEndedAsync(CloseReason.UpstreamFailed);
    }

    // Comments do not come to the clients of a shared stream: that one has been read is seen at the feed.
    private static async Task PingAsync(GatewayUnderTest gateway, SweptTime time, UpstreamExchange exchange, string beat)
    {
        var feed = Assert.Single(gateway.Services.GetRequiredService<SharedStreams>().Streams).Feed;
        await time.PassAsync(1);
        for (var ping = 0; ping < 5; ping++)
        {
            await exchange.SendAsync(beat);
            await Deadline.UntilAsync(() => feed.LastBytes == gateway.Streams.Now);
            if (ping < 4) await time.PassAsync(5);
        }
    }
}
