using Gateway.Tests.Client;
using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>The newest answer of a chat is found by the application's name for it at any gateway.</summary>
public sealed class ChatsAcrossTests
{
    private const string Stream = "/api/chat/c/stream";

    [Fact]
    public async Task Running_answer_is_read_from_its_beginning_and_there_is_nothing_once_it_is_over()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("ResumePath=/api/chat/{id}/stream"));
        using (var none = await fleet.Two.SendAsync("GET", Stream)) Assert.Equal(204, none.Status);
        var (exchange, response) = await AskAsync(fleet.One, fleet.Upstream);
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await response.ExpectAsync(Keep.Tokens(1, 2));
        response.Client.Reset();
        var first = await NewestAsync(fleet, before: "");
        using var again = await fleet.Two.SendAsync("GET", Stream);
        await again.ExpectAsync(Keep.Tokens(1, 2));
        await exchange.SendAsync(Keep.Token(3));
        await exchange.EndAsync();
        await again.ExpectEndAsync(Keep.Token(3), BodyEnding.Clean);
        using var over = await fleet.Two.SendAsync("GET", Stream);
        Assert.Equal(204, over.Status);

        // The newest is found at both, wherever the one before was.
        var (second, newer) = await AskAsync(fleet.Two, fleet.Upstream);
        await second.SendAsync(Keep.Token(7));
        await NewestAsync(fleet, before: first);
        foreach (var gateway in new[] { fleet.One, fleet.Two })
        {
            using var there = await gateway.SendAsync("GET", Stream);
            await there.ExpectAsync(Keep.Token(7));
        }

        Assert.Equal(2, fleet.Upstream.RequestCount);
        newer.Dispose();
    }

    [Fact]
    public async Task Slow_store_is_waited_for_before_it_is_said_that_there_is_none()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("ResumePath=/api/chat/{id}/stream"));
        var (exchange, response) = await AskAsync(fleet.One, fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        await NewestAsync(fleet, before: "");
        await fleet.Redis.ExecuteAsync("CLIENT", "PAUSE", "600", "ALL");

        using var again = await fleet.Two.SendAsync("GET", Stream);
        Assert.Equal(200, again.Status);
        await again.ExpectAsync(Keep.Token(1));
        await exchange.EndAsync();
        response.Dispose();
    }

    [Fact]
    public async Task Answer_that_the_service_still_thinks_about_is_waited_for_there_and_a_refusal_is_nothing()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("ResumePath=/api/chat/{id}/stream"));
        var newest = "";
        foreach (var status in new[] { 200, 400 })
        {
            using var client = await fleet.One.BeginAsync("POST", "/api/chat", ["Content-Type: application/json"], """{"id":"c"}""");
            var exchange = await fleet.Upstream.NextAsync();
            await exchange.ExpectBodyAsync("""{"id":"c"}""");
            newest = await NewestAsync(fleet, before: newest);
            using var waits = await fleet.Two.BeginAsync("GET", Stream);
            await Deadline.UntilAsync(async () => await Node.SampleAsync(fleet.Two, "sse_gateway_fleet_answers_mirrored") == 1);
            client.Reset();
            if (status == 200)
            {
                await exchange.StartStreamAsync();
                await exchange.SendAsync(Keep.Token(1));
                using var answer = await waits.ReadResponseAsync();
                await answer.ExpectAsync(Keep.Token(1));
                await exchange.EndAsync();
                await answer.ExpectEndAsync("", BodyEnding.Clean);
                await Deadline.UntilAsync(async () => await Node.SampleAsync(fleet.Two, "sse_gateway_fleet_answers_mirrored") == 0);
            }
            else
            {
                await exchange.AnswerAsync(status, "application/json", "{}");
                using var nothing = await waits.ReadResponseAsync();
                Assert.Equal(204, nothing.Status);
            }
        }
    }

    // The name is told to the store beside the answer, which waits for nothing: where there is little processor time it comes later.
    private static async Task<string> NewestAsync(AnswersFleet fleet, string before)
    {
        string? newest = null;
        await Deadline.UntilAsync(
            async () =>
            {
                var names = (string[])(await fleet.Redis.ExecuteAsync("KEYS", "sse:chat:*"))!;
                newest = names is [var name] ? (string?)await fleet.Redis.ExecuteAsync("GET", name) : null;
                return newest is not null && newest != before;
            },
            "the name to be known");
        return newest!;
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> AskAsync(GatewayUnderTest gateway, ScriptedUpstream upstream)
    {
        var client = await gateway.BeginAsync("POST", "/api/chat", ["Content-Type: application/json"], """{"id":"c"}""");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("""{"id":"c"}""");
        await exchange.StartStreamAsync();
        return (exchange, await client.ReadResponseAsync());
    }
}
