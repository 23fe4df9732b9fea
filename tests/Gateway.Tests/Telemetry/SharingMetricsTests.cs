using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>The metrics of shared streams in the table of docs/operating.md, as an operator's Prometheus reads them.</summary>
public sealed class SharingMetricsTests
{
    private const string Shared = "{mode=\"shared\",route=\"upstream\"}";
    private const string Route = "{route=\"upstream\"}";

    [Fact]
    public async Task Clients_and_the_streams_they_share_are_counted_apart()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Sharing:Linger=0");
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/a");
        using var second = await gateway.OpenAsync("/a");
        var (_, third) = await gateway.OpenStreamAsync(upstream, "/b");
        await UntilAsync(gateway, "sse_gateway_shared_streams" + Route, 2);
        await UntilAsync(gateway, "sse_gateway_streams_live" + Shared, 3);

        await exchange.SendAsync("id: 1\ndata: a\n\n: no frame of a shared stream\n\n");
        await first.ExpectAsync("id: 1\ndata: a\n\n");
        await second.ExpectAsync("id: 1\ndata: a\n\n");
        await UntilAsync(gateway, "sse_gateway_frames_total" + Shared, 2);
        await UntilAsync(gateway, "sse_gateway_bytes_total" + Shared, 2 * "f\r\nid: 1\ndata: a\n\n\r\n".Length);
        await UntilAsync(gateway, "sse_gateway_streams_opened_total" + Shared, 3);
        first.Dispose();
        second.Dispose();
        third.Dispose();
        await UntilAsync(gateway, "sse_gateway_streams_closed_total{mode=\"shared\",reason=\"clientClosed\",route=\"upstream\"}", 3);
        await Deadline.UntilAsync(async () => (await Exposition.ReadAsync(gateway))["sse_gateway_shared_streams" + Route] is null or 0);
    }

    [Fact]
    public async Task An_upstream_that_comes_back_is_a_redial_and_what_it_left_out_is_one_gap()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var second = await gateway.OpenAsync();
        await exchange.SendAsync("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
        await second.ExpectAsync("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
        exchange.Cut();
        exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await UntilAsync(gateway, "sse_gateway_shared_redials_total" + Route, 1);

        await exchange.SendAsync("id: 4\ndata: d\n\n");
        await UntilAsync(gateway, Gaps("upstream"), 1);
        first.Dispose();
    }

    [Fact]
    public async Task Cursors_that_are_gone_are_gaps_by_what_is_known_of_them()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Sharing:LogCount=1");
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
        await first.ExpectAsync("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
        (await gateway.OpenAsync("/events", "Last-Event-ID: 1")).Dispose();
        (await gateway.OpenAsync("/events", "Last-Event-ID: 7")).Dispose();
        (await gateway.OpenAsync("/events", "Last-Event-ID: 8")).Dispose();
        (await gateway.OpenAsync("/events", "Last-Event-ID: 2")).Dispose();
        await UntilAsync(gateway, Gaps("expired"), 1);
        await UntilAsync(gateway, Gaps("unknown"), 2);
        Assert.Null((await Exposition.ReadAsync(gateway))[Gaps("epoch")]);
        first.Dispose();
    }

    [Fact]
    public async Task A_cursor_of_another_run_of_the_gateway_is_a_gap_of_the_epoch()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Sharing:Ids=Gateway");
        var (_, first) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 0123456789abcdef-7");
        await UntilAsync(gateway, Gaps("epoch"), 1);
        first.Dispose();
    }

    [Fact]
    public async Task An_upstreams_notices_are_dropped_and_counted()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("event: gateway.gap\ndata: no\n\nevent: gateway.other\ndata: no\n\nevent: gateway\ndata: yes\n\n");
        await response.ExpectAsync("event: gateway\ndata: yes\n\n");
        await UntilAsync(gateway, "sse_gateway_upstream_notices_dropped_total" + Route, 2);
        response.Dispose();
    }

    [Fact]
    public async Task One_shared_stream_too_many_is_relayed_and_counted()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, "SseGateway:Limits:SharedStreams=1");
        var (_, open) = await gateway.OpenStreamAsync(upstream, "/a");
        using var same = await gateway.OpenAsync("/a");
        var (_, first) = await gateway.OpenStreamAsync(upstream, "/b");
        var (_, second) = await gateway.OpenStreamAsync(upstream, "/b");
        Assert.Equal(200, same.Status);
        Assert.Equal(2, (await Exposition.ReadAsync(gateway))["sse_gateway_shared_overflows_total" + Route]);
        Assert.Equal(3, upstream.RequestCount);
        open.Dispose();
        first.Dispose();
        second.Dispose();
    }

    private static string Gaps(string reason) => $"sse_gateway_gaps_total{{reason=\"{reason}\",route=\"upstream\"}}";

    private static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, params string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, [GatewayUnderTest.WithAdmin, "SseGateway:Sharing:Enabled=true", "SseGateway:Heartbeat=0", .. settings]);

    private static Task UntilAsync(GatewayUnderTest gateway, string sample, double value) => Deadline.UntilAsync(
        async () => (await Exposition.ReadAsync(gateway))[sample] is { } seen && Math.Abs(seen - value) < 0.001, $"{sample} to be {value}");
}
