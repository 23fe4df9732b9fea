using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>A shared stream without clients: it waits for one to come back, and makes room for others.</summary>
public sealed class LingerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Upstream_and_log_are_kept_for_a_while_when_the_last_client_has_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, Share.With("Linger=30s"));
        using var time = await SweptTime.StartAsync(gateway, _time);
        var exchange = await OpenAndLeaveAsync(gateway, upstream, "/events");
        await time.PassAsync(28);
        await exchange.SendAsync(Share.Event(4));

        using (var back = await gateway.OpenAsync("/events", "Last-Event-ID: 2"))
        {
            await back.ExpectAsync("exact", Share.Events(3, 4));
            await time.PassAsync(60);
            Assert.Equal(1, upstream.RequestCount);
            back.Client.Leave();
        }

        await EmptyAsync(gateway);
        await time.PassAsync(28);
        Assert.Equal(1, Shared(gateway).Count);
        await time.PassUntilAsync(() => Shared(gateway).Count == 0);
        await exchange.WaitForPeerCloseAsync();

        var (again, next) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 4");
        await again.SendAsync(Share.Event(5));
        await next.ExpectAsync(Share.Event(5));
        next.Dispose();
    }

    [Fact]
    public async Task Without_a_while_to_wait_the_upstream_goes_with_the_last_client()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, Share.With("Linger=0"));
        using var time = await SweptTime.StartAsync(gateway, _time);
        var exchange = await OpenAndLeaveAsync(gateway, upstream, "/events");
        await time.PassAsync(2);
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => Shared(gateway).Count == 0);
    }

    [Fact]
    public async Task Upstream_that_is_lost_while_nobody_is_there_is_dialled_again_when_somebody_comes()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var exchange = await OpenAndLeaveAsync(gateway, upstream, "/events");
        exchange.Cut();
        await Deadline.UntilAsync(() => Shared(gateway).Streams.Single().Rests, "the upstream to be left alone");
        Assert.Equal(1, upstream.RequestCount);
        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 3"]);
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        using var back = await client.ReadResponseAsync();
        await back.ExpectAsync("exact", Share.Event(4));
    }

    [Fact]
    public async Task One_shared_stream_too_many_is_relayed_and_one_that_nobody_has_makes_room()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Share.With(), "SseGateway:Limits:SharedStreams=2"]);
        var (_, first) = await gateway.OpenStreamAsync(upstream, "/1");
        var (_, second) = await gateway.OpenStreamAsync(upstream, "/2");
        for (var i = 0; i < 2; i++)
        {
            var (exchange, relayed) = await gateway.OpenEventSourceAsync(upstream, "/3");
            await exchange.SendAsync(Share.Event(1));
            await relayed.ExpectAsync(Share.Event(1));
            relayed.Client.Leave();
        }

        using (var another = await gateway.OpenAsync("/2")) Assert.Equal(200, another.Status);
        await Deadline.UntilAsync(() => gateway.Streams.Count == 2);

        first.Client.Leave();
        await EmptyAsync(gateway, 1);
        var (_, third) = await gateway.OpenStreamAsync(upstream, "/3");
        Assert.Equal(2, Shared(gateway).Count);
        var (_, fourth) = await gateway.OpenStreamAsync(upstream, "/1");
        Assert.Equal(2, Shared(gateway).Count);
        foreach (var response in new[] { first, second, third, fourth }) response.Dispose();
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0);
    }

    [Fact]
    public async Task Gateway_that_drains_waits_for_nobody()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Share.With("Linger=1h"), "SseGateway:DrainWindow=20s"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var exchange = await OpenAndLeaveAsync(gateway, upstream, "/events");
        gateway.Streams.Drain();
        await time.PassAsync(2);
        await exchange.WaitForPeerCloseAsync();
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, _time, [.. settings, "SseGateway:Heartbeat=0"]);

    private static SharedStreams Shared(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<SharedStreams>();

    /// <summary>The gateway has seen that all clients but so many have left.</summary>
    private static Task EmptyAsync(GatewayUnderTest gateway, int left = 0) =>
        Deadline.UntilAsync(() => Shared(gateway).Streams.Count(stream => !stream.Lingers) == left);

    private static async Task<UpstreamExchange> OpenAndLeaveAsync(GatewayUnderTest gateway, ScriptedUpstream upstream, string target)
    {
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, target);
        await exchange.SendAsync(Share.Events(1, 3));
        await response.ExpectAsync(Share.Events(1, 3));
        response.Client.Leave();
        await EmptyAsync(gateway);
        return exchange;
    }
}
