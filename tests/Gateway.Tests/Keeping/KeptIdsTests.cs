using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>An EventSource comes back by its last id alone: events of a kept answer that have none get one, for it and for nobody else.</summary>
public sealed class KeptIdsTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Event_source_reads_each_event_once_and_is_over_when_it_has_had_the_last(string end)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        var sent = "data: 1\n\nid: a\ndata: 2\n\nevent: last\ndata: 3\ndata:\n\n".Replace("\n", end, StringComparison.Ordinal);
        await exchange.SendAsync(sent);
        await exchange.EndAsync();
        await response.ExpectEndAsync(sent, BodyEnding.Clean);

        string[] events = ["id: after-1\ndata: 1\n\n", "id: a\ndata: 2\n\n", "id: after-3\nevent: last\ndata: 3\ndata:\n\n"];
        string?[] ids = [null, "after-1", "a"];
        for (var i = 0; i < ids.Length; i++)
        {
            string[] fields = ids[i] is { } id ? ["Last-Event-ID: " + id] : [];
            using var again = await gateway.OpenAsBrowserAsync("/_gateway/answers/" + response.Id(), fields);
            await again.ExpectEndAsync(string.Concat(events[i..]).Replace("\n", end, StringComparison.Ordinal), BodyEnding.Clean);
        }

        using var over = await gateway.OpenAsBrowserAsync("/_gateway/answers/" + response.Id(), "Last-Event-ID: after-3");
        Assert.Equal(204, over.Status);
        using var tooFar = await gateway.OpenAsBrowserAsync("/_gateway/answers/" + response.Id(), "Last-Event-ID: after-4");
        Assert.Equal(410, tooFar.Status);
        using var other = await gateway.ReadAgainAsync(response.Id(), "?after=0");
        await other.ExpectEndAsync(sent, BodyEnding.Clean);
    }

    [Fact]
    public async Task Its_ids_count_on_from_the_place_where_it_begins()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Tokens(1, 4));
        await response.ExpectAsync(Keep.Tokens(1, 4));
        using var again = await gateway.OpenAsBrowserAsync("/_gateway/answers/" + response.Id() + "?after=2");
        await again.ExpectAsync($"id: after-3\n{Keep.Token(3)}id: after-4\n{Keep.Token(4)}");
        await exchange.SendAsync(Keep.Token(5));
        await again.ExpectAsync("id: after-5\n" + Keep.Token(5));
        response.Dispose();
    }
}
