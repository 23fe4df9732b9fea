using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Deadlines;

/// <summary>A client that is there and does not read: catalogue 10.1.6. On HTTP/2 see Http2/StalledStreamTests.</summary>
public sealed class SlowClientTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    [Trait("Case", "10.1.6")]
    public async Task Client_that_stops_reading_is_reset_at_the_write_deadline_and_its_upstream_is_held_back_and_then_let_go()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0");
        using var time = new SweptTime(gateway, _time);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        await time.OpenedAsync(1);
        var stream = Assert.Single(time.Streams);

        // A hundred megabytes are more than the kernel's buffers on the way take, and nobody else holds any: so it is never done with them.
        var pushing = Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            for (var i = 0; i < 1600; i++) await exchange.SendAsync(new byte[64 * 1024]);
        });
        await time.PassUntilAsync(() => stream.WriteWaiting > TimeSpan.Zero, atMost: 60);
        while (stream.WriteWaiting < TimeSpan.FromSeconds(9)) await time.PassAsync(1);
        Assert.Equal((StreamState.Open, false), (stream.State, pushing.IsCompleted));
        await time.PassAsync(2);

        await pushing;
        Assert.Equal(BodyEnding.Reset, (await response.ReadToEndAsync()).Ending);
        await time.AssertEndedAsync(CloseReason.Slow);
    }

    /// <summary>The deadline is of one write: who reads on gets the next one.</summary>
    [Fact]
    public async Task Client_that_reads_again_in_time_stays()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0");
        using var time = new SweptTime(gateway, _time);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        await time.OpenedAsync(1);
        var stream = Assert.Single(time.Streams);
        const int Lines = 400;
        var line = ":" + new string('x', 64 * 1024) + "\n";

        var pushing = PushAsync();
        await time.PassUntilAsync(() => stream.WriteWaiting >= TimeSpan.FromSeconds(8), atMost: 60);
        var (body, ending) = await response.ReadToEndAsync();
        await pushing;

        Assert.Equal((Lines * line.Length, BodyEnding.Clean), (body.Length, ending));
        await time.AssertEndedAsync(CloseReason.UpstreamEnded);

        async Task PushAsync()
        {
            for (var i = 0; i < Lines; i++) await exchange.SendAsync(line);
            await exchange.EndAsync();
        }
    }
}
