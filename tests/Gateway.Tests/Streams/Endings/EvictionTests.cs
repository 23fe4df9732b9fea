using System.Globalization;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>A subject's newest stream takes the place of its oldest: connections that died unnoticed lock nobody out.</summary>
public sealed class EvictionTests
{
    private const string Evict = "SseGateway:Limits:OnSubjectLimit=EvictOldest";

    [Fact]
    public async Task Oldest_stream_goes_and_is_told_to_stay_away_for_a_while()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), Evict, "SseGateway:Limits:StreamsPerSubject=2"]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        var (zombie, oldest) = await gateway.OpenEventSourceAsync(upstream, "/events", ada);
        var (exchange, younger) = await gateway.OpenEventSourceAsync(upstream, "/events", ada);
        var (_, others) = await gateway.OpenEventSourceAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("bob")}");

        var (_, newest) = await gateway.OpenEventSourceAsync(upstream, "/events", ada);
        var goodbye = await oldest.ReadTextAsync();
        Assert.Matches("^retry: [0-9]+\n\n$", goodbye);
        Assert.InRange(int.Parse(goodbye["retry: ".Length..].Trim(), CultureInfo.InvariantCulture), 30_000, 60_000);
        await zombie.WaitForPeerCloseAsync();
        await exchange.SendAsync("data: on\n\n");
        await younger.ExpectAsync("data: on\n\n");
        await Deadline.UntilAsync(() => gateway.Streams.Count == 3);
        foreach (var response in new[] { oldest, younger, others, newest }) response.Dispose();
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0);
    }

    [Theory]
    [InlineData("/events?a=1", "/events?a=1", true)]
    [InlineData("/events?a=1", "/events?a=1&lastEventId=7", true)]
    [InlineData("/events?a=1", "/events?a=2", false)]
    [InlineData("/events", "/Events", false)]
    public async Task Where_the_next_stream_is_refused_one_for_the_same_thing_takes_over_all_the_same(string old, string next, bool takesOver)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), "SseGateway:Limits:StreamsPerSubject=1"]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        using var first = await gateway.OpenAsync(old, ada);

        using var second = await gateway.OpenAsync(next, ada);

        Assert.Equal(takesOver ? 200 : 429, second.Status);
        if (takesOver)
        {
            await first.ReadToEndAsync();
            first.Dispose();
        }

        await Deadline.UntilAsync(() => gateway.Streams.Count == 1);
    }

    [Fact]
    public async Task An_answer_to_a_post_is_taken_from_nobody_by_the_next_one()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), "SseGateway:Limits:StreamsPerSubject=1"]);
        string[] fields = ["Accept: application/json", $"Authorization: Bearer {Tokens.For("ada")}"];
        using var first = await gateway.SendAsync("POST", "/v1/chat/completions", fields, "{}");

        using var second = await gateway.SendAsync("POST", "/v1/chat/completions", fields, "{}");

        Assert.Equal((200, 429, 1), (first.Status, second.Status, upstream.RequestCount));
    }

    [Fact]
    public async Task Many_at_once_leave_as_many_as_may_be()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.WaitForPeerCloseAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), Evict, "SseGateway:Limits:StreamsPerSubject=3"]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.OpenAsBrowserAsync("/events", ada)));
        Assert.All(responses, response => Assert.Equal(200, response.Status));
        await Deadline.UntilAsync(() => gateway.Streams.Count == 3);
        Assert.Equal(3, gateway.Limiter.Count);
        foreach (var response in responses) response.Dispose();
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);
    }
}
