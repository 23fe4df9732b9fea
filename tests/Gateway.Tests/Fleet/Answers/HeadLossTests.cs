using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Fleet.Answers;
using SseGateway.Keeping;
using SseGateway.Streams.Life;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>Redis loses what it has of an answer that others wait for: its gateway writes it again, or they are told that there is none.</summary>
public sealed class HeadLossTests
{
    private const string Body = """{"id":"c"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_the_head_when_redis_is_emptied_has_the_whole_answer(bool isKilled)
    {
        await using var fleet = await StartAsync();
        var (client, exchange) = await AskAsync(fleet);
        using var waits = await WaitAsync(fleet);
        if (isKilled)
        {
            await fleet.Redis.KillAsync();
            await Deadline.UntilAsync(() => !Node.Store(fleet.One).Status.IsHere && !Node.Store(fleet.Two).Status.IsHere, "both to see it");
            await fleet.Redis.StartAsync();
        }
        else
        {
            await fleet.Redis.ExecuteAsync("FLUSHALL");
        }

        await IsKnownAsync(fleet);
        await exchange.StartStreamAsync();
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await exchange.EndAsync();
        using var answer = await waits.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        await answer.ExpectEndAsync(Keep.Tokens(1, 2), BodyEnding.Clean);
        Assert.Equal(1, fleet.Upstream.RequestCount);
        client.Dispose();
    }

    [Fact]
    public async Task Who_has_found_it_and_read_nothing_yet_when_redis_is_emptied_has_it()
    {
        await using var fleet = await StartAsync();
        var (client, exchange) = await AskAsync(fleet);
        var own = Assert.Single(fleet.One.Answers().Answers);
        await IsKnownAsync(fleet);
        await fleet.Redis.ExecuteAsync("FLUSHALL");

        using var use = await Answers(fleet.Two).OpenAsync(new AnswerCard(own.Id, own.Owner.RouteId, null), own.Route, own.Endpoint);

        Assert.NotNull(use);
        await exchange.StartStreamAsync();
        Assert.True(await Deadline.ForAsync(use.Answer.Begun));
        await exchange.EndAsync();
        client.Dispose();
    }

    [Fact]
    public async Task Reader_of_an_answer_that_is_silent_when_redis_is_emptied_reads_on()
    {
        await using var fleet = await StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        await fleet.Redis.ExecuteAsync("FLUSHALL");
        await Deadline.UntilAsync(async () => await CountAsync(fleet, "*:meta") > 0, "the answer to be there again");
        await exchange.SendAsync(Keep.Token(2));
        await exchange.EndAsync();
        await reader.ExpectEndAsync(Keep.Token(2), BodyEnding.Clean);
        response.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_what_is_refused_or_stopped_is_told_so_by_its_gateway(bool isRefused)
    {
        await using var fleet = await StartAsync();
        var (client, exchange) = await AskAsync(fleet);
        using var waits = await WaitAsync(fleet);
        var mirror = Assert.Single(Answers(fleet.Two).Mirrors);
        if (isRefused)
        {
            await exchange.AnswerAsync(500, "application/json", "{}");
        }
        else
        {
            Assert.Single(fleet.One.Answers().Answers).Stop(CloseReason.ClientClosed);
        }

        using var nothing = await waits.ReadResponseAsync();
        Assert.Equal((204, false), (nothing.Status, mirror.Answer.IsLost));
        client.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_what_was_refused_while_redis_took_nothing_is_told_so_when_it_does_again()
    {
        await using var fleet = await StartAsync();
        var (client, exchange) = await AskAsync(fleet);
        using var waits = await WaitAsync(fleet);
        await fleet.Redis.ExecuteAsync("REPLICAOF", "127.0.0.1", 1);
        await Deadline.UntilAsync(() => !Node.Store(fleet.One).Status.IsHere && !Node.Store(fleet.Two).Status.IsHere, "both to see it");
        await exchange.AnswerAsync(500, "application/json", "{}");
        using (var refused = await client.ReadResponseAsync()) Assert.Equal(500, refused.Status);
        await Deadline.UntilAsync(() => fleet.One.Answers().Count == 0);

        // Of both gateways' beats a dozen, beside the one thing that is to be refused.
        var before = await RefusedAsync(fleet);
        await Deadline.UntilAsync(async () => await RefusedAsync(fleet) > before + 12, "the removal to be refused");
        await fleet.Redis.ExecuteAsync("REPLICAOF", "NO", "ONE");
        using var nothing = await waits.ReadResponseAsync();
        Assert.Equal(204, nothing.Status);
    }

    [Fact]
    public async Task Who_waits_for_what_its_gateway_has_not_is_told_so_although_nobody_has_heard_that_it_was_removed()
    {
        await using var fleet = await StartAsync();
        var (client, exchange) = await AskAsync(fleet);
        var own = Assert.Single(fleet.One.Answers().Answers);
        var stored = new StoredAnswer(Node.Store(fleet.One), "gone");
        List<RedisValue> meta = ["route", own.Owner.RouteId, "node", Node.Store(fleet.One).NodeId];
        await stored.AppendAsync(null, 1, default, 0, TimeSpan.FromMinutes(1), meta);
        using var use = await Answers(fleet.Two).OpenAsync(new AnswerCard("gone", own.Owner.RouteId, null), own.Route, own.Endpoint);
        await fleet.Redis.ExecuteAsync("FLUSHALL");
        Assert.False(await Deadline.ForAsync(use!.Answer.Begun));

        // Nothing of it is left to be found.
        await Deadline.UntilAsync(() => !Answers(fleet.Two).Mirrors.Any());
        await exchange.StartStreamAsync();
        await exchange.EndAsync();
        client.Dispose();
    }

    private static Task<AnswersFleet> StartAsync() => AnswersFleet.StartAsync(Keep.With("ResumePath=/api/chat/{id}/stream"));

    private static FleetAnswers Answers(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<FleetAnswers>();

    // Without its head.
    private static async Task<(RawClient Client, UpstreamExchange Exchange)> AskAsync(AnswersFleet fleet)
    {
        var client = await fleet.One.BeginAsync("POST", "/api/chat", ["Content-Type: application/json"], Body);
        var exchange = await fleet.Upstream.NextAsync();
        await exchange.ExpectBodyAsync(Body);
        return (client, exchange);
    }

    // At the other gateway, which has read by then that nothing has come.
    private static async Task<RawClient> WaitAsync(AnswersFleet fleet)
    {
        await IsKnownAsync(fleet);
        var waits = await fleet.Two.BeginAsync("GET", "/api/chat/c/stream");
        await Deadline.UntilAsync(() => Answers(fleet.Two).Mirrors.Any(mirror => mirror.Node.Length > 0), "its first look");
        return waits;
    }

    private static Task IsKnownAsync(AnswersFleet fleet) =>
        Deadline.UntilAsync(async () => await CountAsync(fleet, "sse:chat:*") > 0, "the chat to be known");

    private static async Task<int> RefusedAsync(AnswersFleet fleet)
    {
        var info = (string)(await fleet.Redis.ExecuteAsync("INFO", "errorstats"))!;
        return int.Parse(Regex.Match(info, "errorstat_READONLY:count=([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<int> CountAsync(AnswersFleet fleet, string pattern) =>
        ((string[])(await fleet.Redis.ExecuteAsync("KEYS", pattern))!).Length;
}
