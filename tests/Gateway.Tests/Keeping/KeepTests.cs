using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>An answer goes on when its client is gone, and is read on by whoever comes back, exactly where the client was.</summary>
public sealed class KeepTests
{
    [Fact]
    public async Task Answer_goes_on_without_its_client_and_is_read_on_where_the_client_was()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        var id = response.Id();
        await exchange.SendAsync(Keep.Tokens(1, 3));
        await response.ExpectAsync(Keep.Tokens(1, 3));
        response.Client.Reset();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        await exchange.SendAsync(Keep.Tokens(4, 5));
        using var again = await gateway.ReadAgainAsync(id, "?after=3");
        Assert.Equal((200, "text/event-stream", id), (again.Status, again.Head.Value("Content-Type"), again.Id()));
        await again.ExpectAsync(Keep.Tokens(4, 5));
        await exchange.SendAsync(Keep.Token(6) + "data: [DONE]\n\n");
        await exchange.EndAsync();
        await again.ExpectEndAsync(Keep.Token(6) + "data: [DONE]\n\n", BodyEnding.Clean);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Answer_reaches_the_client_that_has_asked_as_the_upstream_sends_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream, answered: ["X-Request-Id: 7"]);
        Assert.Equal("7", response.Head.Value("X-Request-Id"));
        await exchange.SendAsync("event: a\r\ndata: 1\r\n\r\nda");
        await response.ExpectAsync("event: a\r\ndata: 1\r\n\r\n");
        await exchange.SendAsync("ta: 2\r\n\r\ndata: [DONE]");
        await exchange.EndAsync();
        await response.ExpectEndAsync("data: 2\r\n\r\ndata: [DONE]", BodyEnding.Clean);
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0 && gateway.Limiter.Entries == 0);
    }

    [Fact]
    public async Task Several_read_the_same_answer_at_once_each_from_its_own_place()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Tokens(1, 4));
        await response.ExpectAsync(Keep.Tokens(1, 4));
        using var all = await gateway.ReadAgainAsync(response.Id());
        using var rest = await gateway.ReadAgainAsync(response.Id(), "?after=2");
        await all.ExpectAsync(Keep.Tokens(1, 4));
        await rest.ExpectAsync(Keep.Tokens(3, 4));
        await exchange.SendAsync(Keep.Token(5));
        await exchange.EndAsync();
        foreach (var reader in new[] { response, all, rest }) await reader.ExpectEndAsync(Keep.Token(5), BodyEnding.Clean);
    }

    [Fact]
    public async Task Upstreams_own_ids_are_cursors_and_the_header_goes_before_the_query()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync("id: a\ndata: 1\n\nid: b\ndata: 2\n\nid: c\ndata: 3\n\n");
        await exchange.EndAsync();
        await response.ReadToEndAsync();
        using var again = await gateway.ReadAgainAsync(response.Id(), "?after=1", "Last-Event-ID: b");
        await again.ExpectEndAsync("id: c\ndata: 3\n\n", BodyEnding.Clean);
        using var unknown = await gateway.ReadAgainAsync(response.Id(), "", "Last-Event-ID: x");
        Assert.Equal((410, "application/problem+json"), (unknown.Status, unknown.Head.Value("Content-Type")));
    }

    [Fact]
    public async Task Number_of_events_is_a_cursor_in_the_header_too_where_the_upstream_has_no_ids()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1) + ": a comment\n\nretry: 5\n\n" + Keep.Tokens(2, 3));
        await exchange.EndAsync();
        await response.ReadToEndAsync();
        using var again = await gateway.ReadAgainAsync(response.Id(), "", "Last-Event-ID: 2");
        await again.ExpectEndAsync(Keep.Token(3), BodyEnding.Clean);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("")]
    public async Task Place_that_is_no_number_is_refused(string after)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (_, response) = await gateway.AskAsync(upstream);
        using var refused = await gateway.ReadAgainAsync(response.Id(), "?after=" + after);
        Assert.Equal((400, "application/problem+json"), (refused.Status, refused.Head.Value("Content-Type")));
        response.Dispose();
    }

    [Fact]
    public async Task There_is_nothing_where_the_id_is_unknown_and_where_the_answer_is_over_and_read()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1));
        await exchange.EndAsync();
        await response.ExpectEndAsync(Keep.Token(1), BodyEnding.Clean);
        foreach (var (id, query) in new[] { ("unknown", ""), (response.Id(), "?after=1") })
        {
            using var nothing = await gateway.ReadAgainAsync(id, query);
            Assert.Equal(204, nothing.Status);
        }

        using var tooFar = await gateway.ReadAgainAsync(response.Id(), "?after=2");
        Assert.Equal(410, tooFar.Status);
        Assert.Equal(1, upstream.RequestCount);
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0);
    }

    [Fact]
    public async Task Upstream_that_is_cut_is_cut_for_those_who_come_later_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Tokens(1, 2) + "data: {\"n\"");
        await response.ExpectAsync(Keep.Tokens(1, 2));
        exchange.Cut();
        Assert.NotEqual(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
        using var again = await gateway.ReadAgainAsync(response.Id(), "?after=1");
        await again.ExpectAsync(Keep.Token(2));
        Assert.NotEqual(BodyEnding.Clean, (await again.ReadToEndAsync()).Ending);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Owner_stops_it_and_the_upstream_is_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        using var stopped = await gateway.SendAsync("DELETE", "/_gateway/answers/" + response.Id());
        Assert.Equal(204, stopped.Status);
        await exchange.WaitForPeerCloseAsync();
        Assert.NotEqual(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
    }

    [Fact]
    public async Task Other_methods_are_told_which_there_are()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        using var refused = await gateway.SendAsync("PUT", "/_gateway/answers/x");
        Assert.Equal((405, "GET, DELETE"), (refused.Status, refused.Head.Value("Allow")));
        Assert.Equal(0, upstream.RequestCount);
    }

    [Fact]
    public async Task Path_is_one_like_any_other_where_no_route_keeps_answers()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/_gateway/answers/x");
        var exchange = await upstream.NextAsync();
        await exchange.AnswerAsync(200, "text/plain", "mine");
        using var response = await client.ReadResponseAsync();
        Assert.Equal("mine", await response.ReadTextAsync());
    }

    [Fact]
    public async Task Its_streams_are_counted_as_those_of_kept_answers()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (_, response) = await gateway.AskAsync(upstream);
        using var again = await gateway.ReadAgainAsync(response.Id());
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream is { Mode: StreamMode.Kept, State: StreamState.Open }) == 2);
        Assert.Equal(
            ["/_gateway/answers/{id}", Keep.Path], gateway.Streams.Streams.OrderByDescending(stream => stream.Number).Select(stream => stream.Path));
        response.Dispose();
    }
}
