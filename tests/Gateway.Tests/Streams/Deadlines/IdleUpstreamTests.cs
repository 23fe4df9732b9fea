using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>An upstream that is connected and says nothing any more. The timing itself is in Streams/StreamSweepTests.</summary>
public sealed class IdleUpstreamTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>Heartbeats are the gateway's own and no sign of life of the upstream's.</summary>
    [Fact]
    [Trait("Case", "7.4.12")]
    public async Task Stream_of_a_silent_upstream_ends_uncleanly_heartbeats_or_not()
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Timeouts:Idle=30s", "SseGateway:Heartbeat=10s");
        var (time, exchange, response) = open;

        await time.PassAsync(20);
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync(":\ndata: a\n\n");
        await time.PassAsync(29);
        await response.ExpectAsync(":\n:\n");
        Assert.Equal(StreamState.Open, Assert.Single(time.Streams).State);
        await time.PassAsync(3);

        await response.ExpectEndAsync("", BodyEnding.Unclean);
        await exchange.WaitForPeerCloseAsync();
        response.Dispose();
        await time.AssertEndedAsync(CloseReason.UpstreamFailed);
    }

    [Fact]
    public async Task Route_may_have_a_limit_of_its_own_and_others_have_none()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            _time,
            [.. GatewayUnderTest.Route("lively", "/lively", upstream.Url), "SseGateway:Routes:lively:Timeouts:Idle=5s", "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (lively, cut) = await gateway.OpenStreamAsync(upstream, "/lively");
        var (quiet, stays) = await gateway.OpenStreamAsync(upstream, "/quiet");
        using var first = cut;
        using var second = stays;
        await time.OpenedAsync(2);

        await time.PassAsync(60);

        await cut.ExpectAbortAsync("");
        await lively.WaitForPeerCloseAsync();
        await quiet.SendAsync("data: on\n\n");
        await stays.ExpectAsync("data: on\n\n");
    }
}
