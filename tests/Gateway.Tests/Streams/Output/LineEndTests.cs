using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Streams.Deadlines;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Streams.Output;

/// <summary>What the gateway adds ends its lines as the stream does: clients that go by the first line end take the next events for one else.</summary>
[Trait("Case", "7.1.5")]
public sealed class LineEndTests
{
    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    public async Task Heartbeat_and_retry_of_a_relayed_stream_end_as_its_lines_do(string end)
    {
        await using var open = await SweptStream.OpenEventSourceAsync("SseGateway:Timeouts:Lifetime=20s", "SseGateway:Heartbeat=5s");
        var (time, exchange, response) = open;
        await time.PassAsync(7);
        await response.ExpectAsync(":\n");
        await exchange.SendAsync($"data: a{end}{end}");
        await response.ExpectAsync($"data: a{end}{end}");

        await time.PassAsync(7);
        await response.ExpectAsync($":{end}");
        await time.PassAsync(7);

        Assert.Matches($"^(:{end})*retry: [0-9]+{end}{end}$", await response.ReadTextAsync());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task What_is_added_to_a_shared_stream_ends_as_its_lines_do(string end)
    {
        string InIts(string text) => text.Replace("\n", end, StringComparison.Ordinal);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events", [Browser.NoCache]);
        using var response = first;
        await exchange.SendAsync(InIts("retry: 210\n\n" + Share.Event(1) + "x"));
        await response.ExpectAsync(InIts("retry: 210\n\n" + Share.Event(1)));

        using var late = await gateway.OpenAsEventSourceAsync("/events", "Last-Event-ID: unknown");
        await late.ExpectAsync("gap", InIts(Share.Gap("unknown", "1", "unknown") + "retry: 210\n\n" + Share.Event(1)));
        exchange.Cut();
        exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await exchange.SendAsync(InIts(Share.Event(7)));
        var lost = InIts(Share.Gap("1", "7", "upstream") + Share.Event(7));
        await response.ExpectAsync(lost);
        await late.ExpectAsync(lost);
        await exchange.EndAsync();
        Assert.Matches(InIts("^retry: [0-9]+\n\n$"), await late.ReadTextAsync());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Id_of_the_gateways_ends_as_the_events_lines_do(string end)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("Ids=Gateway"));
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var response = first;
        await exchange.SendAsync($"data: a{end}{end}data: b{end}{end}");
        await exchange.EndAsync();
        Assert.Matches($"^(id: [0-9a-f]+-[0-9]+{end}data: [ab]{end}{end}){{2}}", await response.ReadTextAsync());
    }
}
