using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>An upstream that greets each connection with all there is to know, and then says what changes.</summary>
public sealed class SnapshotTests
{
    private const string Put = "event: put\ndata: {\"all\":1}\n\n";
    private const string Other = "event: put\ndata: {\"all\":2}\n\n";

    [Theory]
    [InlineData(10)]
    [InlineData(2)]
    public async Task Client_that_joins_gets_the_newest_snapshot_first_and_all_that_follows_it(int logCount)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Snapshot=put", $"LogCount={logCount}"));
        var (exchange, first) = await OpenAsync(gateway, upstream, Patch(0) + Put + Patch(1) + Other + Patch(2) + Patch(3));
        using var joined = await gateway.OpenAsync();
        await exchange.SendAsync(Patch(4));
        await joined.ExpectAsync("live", Other + Patch(2) + Patch(3) + Patch(4));
        await first.ExpectAsync(Patch(4));
        first.Dispose();
    }

    [Fact]
    public async Task Snapshot_outlives_the_log_and_what_is_missing_after_it_is_told()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Snapshot=put", "LogCount=2"));
        var (_, first) = await OpenAsync(gateway, upstream, Put + Patch(1) + Patch(2) + Patch(3));
        using var joined = await gateway.OpenAsync();
        await joined.ExpectAsync("gap", Put + Share.Gap(null, null, "expired") + Patch(2) + Patch(3));
        using var lost = await gateway.OpenAsync("/events", "Last-Event-ID: x");
        await lost.ExpectAsync("gap", Put + Share.Gap("x", null, "unknown") + Patch(2) + Patch(3));
        first.Dispose();
    }

    /// <summary>tRPC's <c>connected</c>: it has to come first, and the past is not asked for.</summary>
    [Fact]
    public async Task Client_that_joins_live_gets_the_snapshot_and_then_what_comes()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Snapshot=connected", "Join=live"));
        const string Connected = "event: connected\ndata: {}\n\n";
        var (exchange, first) = await OpenAsync(gateway, upstream, Connected + Share.Events(1, 3));
        using var joined = await gateway.OpenAsync();
        await joined.ExpectAsync("live", Connected);
        await exchange.SendAsync(Share.Event(4));
        await joined.ExpectAsync(Share.Event(4));
        using var back = await gateway.OpenAsync("/events", "Last-Event-ID: 2");
        await back.ExpectAsync("exact", Share.Events(3, 4));
        first.Dispose();
    }

    /// <summary>Whatever was missed, a snapshot makes it good.</summary>
    [Fact]
    public async Task Upstream_that_greets_with_a_snapshot_when_it_is_dialled_again_has_left_nothing_out()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Snapshot=put"));
        var (exchange, first) = await OpenAsync(gateway, upstream, Put + Patch(1));
        exchange.Cut();
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Put + Patch(5));
        await first.ExpectAsync(Put + Patch(5));
        using var joined = await gateway.OpenAsync();
        await joined.ExpectAsync("live", Put + Patch(5));
        first.Dispose();
    }

    [Fact]
    public async Task Without_a_snapshot_a_client_that_wants_all_is_told_when_it_cannot_get_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Join=all", "LogCount=2"));
        var (_, first) = await OpenAsync(gateway, upstream, Put + Patch(7) + "id: 8\ndata: 8\n\n");
        using var joined = await gateway.OpenAsync();
        await joined.ExpectAsync("gap", Share.Gap(null, "8", "expired") + Patch(7) + "id: 8\ndata: 8\n\n");
        first.Dispose();
    }

    [Fact]
    public async Task Snapshot_has_the_gateways_id_where_events_have()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Snapshot=put", "Ids=Gateway", "LogCount=1"));
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Put);
        var snapshot = await first.ReadFrameAsync();
        await exchange.SendAsync(Patch(1));
        var patch = await first.ReadFrameAsync();
        using var joined = await gateway.OpenAsync();
        Assert.Equal((snapshot, patch), (await joined.ReadFrameAsync(), await joined.ReadFrameAsync()));
        first.Dispose();
    }

    private static string Patch(int number) => $"event: patch\ndata: {number}\n\n";

    private static async Task<(UpstreamExchange Exchange, RawResponse Watcher)> OpenAsync(GatewayUnderTest gateway, ScriptedUpstream upstream, string frames)
    {
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(frames);
        await watcher.ExpectAsync(frames);
        return (exchange, watcher);
    }
}
