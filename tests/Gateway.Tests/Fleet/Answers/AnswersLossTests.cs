using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>What becomes of kept answers when their gateway, or Redis, goes away: they are whole, or their readers are told that they are not.</summary>
public sealed class AnswersLossTests
{
    [Fact]
    public async Task Answer_of_a_gateway_that_has_died_ends_for_its_readers_with_what_there_is_and_the_error()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Keep.With());
        await using var one = GatewayProcess.StartWith(
            new Dictionary<string, string> { ["SseGateway__Keep__Enabled"] = "true" },
            "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--upstream", upstream.Url, "--redis", redis.Address);
        await Deadline.UntilAsync(() => Node.Store(two).Nodes.Count == 2, "two to know one");
        using var client = await one.ConnectAsync();
        await client.SendAsync($"POST {Keep.Path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync(Keep.Tokens(1, 3));
        await response.ExpectAsync(Keep.Tokens(1, 3));
        using var reader = await two.ReadAgainAsync(response.Id(), "?after=1");
        await reader.ExpectAsync(Keep.Tokens(2, 3));
        using var ahead = await two.BeginAsync("GET", $"/_gateway/answers/{response.Id()}?after=5");

        await one.SignalAsync("KILL");
        await ExpectErrorAsync(reader, "", "gateway_lost");

        // Who has had more than there is knows that nothing follows.
        using var end = await ahead.ReadResponseAsync();
        await ExpectErrorAsync(end, "", "gateway_lost");
        using var late = await two.ReadAgainAsync(response.Id());
        await ExpectErrorAsync(late, Keep.Tokens(1, 3), "gateway_lost");
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task What_a_gateway_has_kept_can_be_read_when_it_has_gone()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Keep.With());
        string over, running;
        await using (var one = await Node.StartAsync(upstream.Url, redis, "one", [.. Keep.With(), "SseGateway:FinishWindow=0s"]))
        {
            var (first, response) = await one.AskAsync(upstream);
            await first.SendAsync(Keep.Tokens(1, 2));
            await first.EndAsync();
            await response.ExpectEndAsync(Keep.Tokens(1, 2), BodyEnding.Clean);
            over = response.Id();
            var (second, other) = await one.AskAsync(upstream);
            await second.SendAsync(Keep.Token(1));
            await other.ExpectAsync(Keep.Token(1));
            running = other.Id();
            other.Dispose();
        }

        using var whole = await two.ReadAgainAsync(over);
        await whole.ExpectEndAsync(Keep.Tokens(1, 2), BodyEnding.Clean);
        using var cut = await two.ReadAgainAsync(running);
        await ExpectErrorAsync(cut, Keep.Token(1), "gateway_drained");
    }

    [Fact]
    public async Task Readers_elsewhere_have_the_time_for_the_rest_that_those_of_a_draining_gateway_have()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Keep.With());
        var one = await Node.StartAsync(upstream.Url, redis, "one", [.. Keep.With(), "SseGateway:FinishWindow=60s"]);
        var (exchange, response) = await one.AskAsync(upstream);
        await exchange.SendAsync(Keep.Token(1));
        using var reader = await two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        await exchange.SendAsync(Keep.Token(2));
        await reader.ExpectAsync(Keep.Token(2));
        response.Client.Reset();
        await Deadline.UntilAsync(() => one.Streams.Count == 0, "its own client to be gone");
        var stopped = one.DisposeAsync().AsTask();
        await Deadline.UntilAsync(() => one.Streams.Draining, "the drain");
        await exchange.SendAsync(Keep.Token(3));
        await reader.ExpectAsync(Keep.Token(3));
        await exchange.EndAsync();
        await reader.ExpectEndAsync("", BodyEnding.Clean);
        await Deadline.ForAsync(stopped);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_redis_is_away_it_goes_on_where_it_is_and_afterwards_everywhere(bool isEmptied)
    {
        await using var fleet = await AnswersFleet.StartAsync("SseGateway:Fleet:Grace=60s");
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await response.ExpectAsync(Keep.Tokens(1, 2));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Tokens(1, 2));
        if (isEmptied)
        {
            await fleet.Redis.ExecuteAsync("FLUSHALL");
        }

        await fleet.Redis.KillAsync();
        await Deadline.UntilAsync(() => !Node.Store(fleet.One).Status.IsHere && !Node.Store(fleet.Two).Status.IsHere, "both to see it");
        await exchange.SendAsync(Keep.Tokens(3, 4));
        await response.ExpectAsync(Keep.Tokens(3, 4));
        await Deadline.UntilAsync(async () => await Node.SampleAsync(fleet.One, "sse_gateway_fleet_answers_behind") == 1);
        using var own = await fleet.One.ReadAgainAsync(response.Id(), "?after=3");
        await own.ExpectAsync(Keep.Token(4));

        // One that nobody there has had before: whose it is, is all that can be said.
        var (second, other) = await fleet.One.AskAsync(fleet.Upstream);
        foreach (var method in new[] { "GET", "DELETE" })
        {
            using var elsewhere = await fleet.Two.SendAsync(method, "/_gateway/answers/" + other.Id());
            Assert.Equal((421, "one", "no-store"), (elsewhere.Status, elsewhere.Head.Value("Gateway-Node"), elsewhere.Head.Value("Cache-Control")));
        }

        await fleet.Redis.StartAsync();
        await reader.ExpectAsync(Keep.Tokens(3, 4));
        await exchange.SendAsync(Keep.Token(5));
        await exchange.EndAsync();
        await reader.ExpectEndAsync(Keep.Token(5), BodyEnding.Clean);
        await second.SendAsync(Keep.Token(1));
        await Deadline.UntilAsync(async () => await Node.SampleAsync(fleet.One, "sse_gateway_fleet_answers_behind") == 0);
        using var there = await fleet.Two.ReadAgainAsync(other.Id());
        await there.ExpectAsync(Keep.Token(1));
        Assert.Equal(2, fleet.Upstream.RequestCount);
        response.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task What_redis_has_taken_without_saying_so_is_there_once_and_so_is_what_follows()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Tokens(1, 2));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Tokens(1, 2));
        await fleet.Redis.ExecuteAsync("CLIENT", "PAUSE", 60_000, "WRITE");
        await exchange.SendAsync(Keep.Token(3));
        await Deadline.UntilAsync(async () => await Node.SampleAsync(fleet.One, "sse_gateway_fleet_answers_behind") == 1);
        await exchange.SendAsync(Keep.Token(4));
        await response.ExpectAsync(Keep.Tokens(1, 4));
        await fleet.Redis.ExecuteAsync("CLIENT", "UNPAUSE");
        await reader.ExpectAsync(Keep.Tokens(3, 4));
        response.Dispose();
    }

    [Fact]
    public async Task Readers_elsewhere_do_not_wait_for_ever_for_a_redis_that_is_away()
    {
        await using var fleet = await AnswersFleet.StartAsync("SseGateway:Fleet:Grace=1s");
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        await fleet.Redis.KillAsync();
        await ExpectErrorAsync(reader, "", "gateway_elsewhere");
        await exchange.SendAsync(Keep.Token(2));
        await response.ExpectAsync(Keep.Tokens(1, 2));
        response.Dispose();
    }

    private static async Task ExpectErrorAsync(RawResponse reader, string before, string code)
    {
        Assert.Equal((int)HttpStatusCode.OK, reader.Status);
        await reader.ExpectAsync(before);
        var (rest, ending) = await reader.ReadToEndAsync();
        Assert.NotEqual(BodyEnding.Clean, ending);
        Assert.StartsWith("data: {\"error\":{", Bytes.Text(rest), StringComparison.Ordinal);
        Assert.Contains($"\"{code}\"", Bytes.Text(rest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_elsewhere_that_cannot_say_so_keep_its_upstream_too()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("GraceAfterLeave=5s"));
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        response.Client.Reset();
        await fleet.Redis.KillAsync();
        var left = fleet.One.Streams.Now;
        await Deadline.UntilAsync(() => fleet.One.Streams.Now - left > TimeSpan.FromSeconds(8), "the time of grace and more");

        await fleet.Redis.StartAsync();
        await exchange.SendAsync(Keep.Token(2));
        await reader.ExpectAsync(Keep.Token(2));
        await exchange.EndAsync();
        await reader.ExpectEndAsync("", BodyEnding.Clean);
    }
}
