using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>One stream of an upstream's for the clients of several gateways, and its log for whoever comes to any of them.</summary>
public sealed class SharedAcrossTests
{
    [Theory]
    [InlineData("Upstream")]
    [InlineData("Gateway")]
    public async Task Clients_of_two_gateways_get_the_same_from_one_upstream_stream(string ids)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one", Share.With("Ids=" + ids));
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("Ids=" + ids));
        var (exchange, first) = await one.OpenStreamAsync(upstream, "/events");
        using var there = first;
        using var here = await two.OpenAsync();
        await exchange.SendAsync("event: a\nid: 1\ndata: 1\n\nretry: 7000\n\ndata: 2\n\n");
        await exchange.SendAsync("id: 3\ndata: 3\n\n");

        var frames = new[] { await there.ReadFrameAsync(), await there.ReadFrameAsync(), await there.ReadFrameAsync(), await there.ReadFrameAsync() };
        await here.ExpectAsync(string.Concat(frames));
        Assert.Contains("data: 3", frames[3], StringComparison.Ordinal);
        Assert.Equal(1, upstream.RequestCount);
        Assert.True(await Node.SampleAsync(one, "sse_gateway_fleet_appends_total") >= 1);
        Assert.True(await Node.SampleAsync(one, "sse_gateway_fleet_appended_entries_total") >= 4);
        foreach (var node in new[] { one, two })
        {
            Assert.True(await Node.SampleAsync(node, "sse_gateway_fleet_mirror_delay_seconds_count") >= 1);
        }

        Assert.Equal(1, await Node.SampleAsync(one, "sse_gateway_fleet_leads"));
        Assert.Equal(0, await Node.SampleAsync(two, "sse_gateway_fleet_leads"));

        // What one gateway's client has, any gateway knows.
        var id = frames[0].Split('\n').Single(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
        using var back = await two.OpenAsync("/events", "Last-Event-ID: " + id);
        await back.ExpectAsync("exact", string.Concat(frames[1..]));
    }

    [Theory]
    [InlineData("Upstream")]
    [InlineData("Gateway")]
    public async Task The_log_outlives_all_gateways(string ids)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        var one = await Node.StartAsync(upstream.Url, redis, "one", Share.With("Ids=" + ids));
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Events(1, 3));
        var frames = new[] { await first.ReadFrameAsync(), await first.ReadFrameAsync(), await first.ReadFrameAsync() };
        var id = frames[0].Split('\n')[0]["id: ".Length..];
        first.Dispose();
        await one.DisposeAsync();

        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("Ids=" + ids));
        using var back = await two.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: " + id]);
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        using var response = await back.ReadResponseAsync();
        await response.ExpectAsync("exact", frames[1] + frames[2]);
        Assert.Contains("data: 4", await response.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_later_gets_what_the_log_has_at_a_gateway_that_was_not_there()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Events(1, 600));
        await there.ExpectAsync(Share.Events(1, 600));

        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("Join=all"));
        using var here = await two.OpenAsync();
        await here.ExpectAsync("live", Share.Events(1, 600));
        await exchange.SendAsync(Share.Event(601));
        await here.ExpectAsync(Share.Event(601));
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>As after the death of the only gateway that had it: what a client has missed is in the log, and the service may be one that sends its head with
    /// its next event.</summary>
    [Fact]
    public async Task A_client_has_what_the_log_has_while_the_upstream_is_silent()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using (var one = await Node.StartAsync(upstream.Url, redis, "one"))
        {
            var (exchange, first) = await one.OpenStreamAsync(upstream);
            using var there = first;
            await exchange.SendAsync(Share.Events(1, 3));
            await there.ExpectAsync(Share.Events(1, 3));
        }

        await using var two = await Node.StartAsync(upstream.Url, redis, "two");
        using var here = await two.OpenAsync("/events", "Last-Event-ID: 1");
        await here.ExpectAsync("exact", Share.Events(2, 3));
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        await here.ExpectAsync(Share.Event(4));
    }

    [Fact]
    public async Task Redis_keeps_what_the_log_of_a_gateway_keeps()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one", Share.With("LogCount=100"));
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        for (var event1 = 1; event1 <= 2000; event1 += 100)
        {
            await exchange.SendAsync(Share.Events(event1, event1 + 99));
            await there.ExpectAsync(Share.Events(event1, event1 + 99));
        }

        var length = (long)await redis.ExecuteAsync("XLEN", Node.Streams(one).Single().Keys.Log.ToString());
        Assert.InRange(length, 100, 400);
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("LogCount=100"));
        using var gone = await two.OpenAsync("/events", "Last-Event-ID: 5");
        Assert.Equal("gap", gone.Head.Value("Sse-Resume"));
        Assert.Contains("\"reason\":\"expired\"", await gone.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clean_end_is_everybodys_and_the_next_client_anywhere_has_the_upstream_asked_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis);
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Event(1));
        await there.ExpectAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        await exchange.EndAsync();
        Assert.Equal("", await there.ReadTextAsync());
        Assert.Equal("", await here.ReadTextAsync());

        using var next = await two.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 1"]);
        var again = await upstream.NextAsync();
        Assert.Equal("1", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(2));
        using var response = await next.ReadResponseAsync();
        await response.ExpectAsync("exact", Share.Event(2));
        using var also = await one.OpenAsync("/events", "Last-Event-ID: 1");
        await also.ExpectAsync("exact", Share.Event(2));
        Assert.Equal(2, upstream.RequestCount);
    }

    [Fact]
    public async Task A_first_answer_that_is_no_stream_is_everybodys_for_a_moment()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two");
        using var there = await one.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        using var here = await two.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await Deadline.UntilAsync(() => Node.Streams(two).Any(stream => stream.Leader.Length > 0), "the other gateway to know who dials");
        await exchange.AnswerAsync(403, "text/plain", "no entry");
        foreach (var client in new[] { there, here })
        {
            using var response = await client.ReadResponseAsync();
            Assert.Equal((403, "no entry"), (response.Status, await response.ReadTextAsync()));
        }

        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Two_fleets_on_one_redis_are_two()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", "SseGateway:Fleet:Prefix=other");
        var (_, first) = await one.OpenStreamAsync(upstream);
        var (_, second) = await two.OpenStreamAsync(upstream);
        first.Dispose();
        second.Dispose();
        Assert.Equal(2, upstream.RequestCount);
        var keys = ((string[])(await redis.ExecuteAsync("KEYS", "*"))!).Select(key => key.Split(':')[0]).Distinct().Order();
        Assert.Equal(["other", "sse"], keys);
        foreach (var key in (string[])(await redis.ExecuteAsync("KEYS", "*"))!)
        {
            Assert.True((long)await redis.ExecuteAsync("PTTL", key) > 0, $"{key} would stay for ever");
        }
    }
}
