using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>Redis loses something, or goes away, and no client's stream ends.</summary>
public sealed class LossTests
{
    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("CLIENT KILL TYPE pubsub")]
    [InlineData("CLIENT KILL TYPE normal SKIPME yes")]
    [InlineData("SCRIPT FLUSH")]
    public async Task Nothing_is_lost_and_nothing_comes_twice_after(string command)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis);
        var (upstream, one, _, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        var words = command.Split(' ');
        await redis.ExecuteAsync(words[0], words[1..]);
        await exchange.SendAsync(Share.Events(4, 6));
        await there.ExpectAsync(Share.Events(1, 6));
        await here.ExpectAsync(Share.Events(4, 6));

        // And what was before is there for others.
        await using var three = await Node.StartAsync(upstream.Url, redis, "three");
        await Deadline.UntilAsync(async () => (long)await redis.ExecuteAsync("XLEN", Node.Streams(one).Single().Keys.Log.ToString()) >= 6);
        using var back = await three.OpenAsync("/events", "Last-Event-ID: 1");
        await back.ExpectAsync("exact", Share.Events(2, 6));
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>What a gateway has in its log has other ids than the upstream's, and is all that there is to be written again.</summary>
    [Fact]
    public async Task Whoever_leads_after_a_loss_asks_the_upstream_by_the_upstreams_id()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", Share.With("Ids=Gateway"));
        var one = await Node.StartAsync(upstream.Url, redis, "one", Share.With("Ids=Gateway"));
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Events(1, 3));
        var frames = new[] { await first.ReadFrameAsync(), await first.ReadFrameAsync(), await first.ReadFrameAsync() };
        await redis.ExecuteAsync("FLUSHALL");
        var (log, top) = (Node.Streams(one).Single().Keys.Log.ToString(), Node.Streams(one).Single().Top);
        await Deadline.UntilAsync(async () => (long)await redis.ExecuteAsync("XLEN", log) >= top.Number, "the log to be whole");
        var id = frames[0].Split('\n')[0]["id: ".Length..];
        using var here = await two.OpenAsync("/events", "Last-Event-ID: " + id);
        await here.ExpectAsync("exact", frames[1] + frames[2]);
        first.Dispose();
        await one.DisposeAsync();
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(4));
        Assert.Contains("data: 4", await here.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_beside_the_entries_is_written_again_when_it_was_evicted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));
        await redis.ExecuteAsync("DEL", Node.Streams(one).Single().Keys.Meta.ToString());
        await using var two = await Node.StartAsync(upstream.Url, redis, "two");
        using var back = await two.OpenAsync("/events", "Last-Event-ID: 1");
        await back.ExpectAsync("exact", Share.Events(2, 3));
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>
    /// A replica that was promoted without the last writes: the ids begin again below what gateways have. Nobody need notice: the connection may be back
    /// before the next command.
    /// </summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_lost_tail_is_written_again_with_its_ids(bool loses, bool goesOn)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Events(1, 5));
        await there.ExpectAsync(Share.Events(1, 5));
        var stream = Node.Streams(one).Single();
        var (log, top) = (stream.Keys.Log.ToString(), stream.Top);
        await redis.ExecuteAsync("XDEL", log, top.ToString(), (top with { Number = top.Number - 1 }).ToString());
        await redis.ExecuteAsync("XSETID", log, (top with { Number = top.Number - 2 }).ToString());
        if (loses) await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        if (goesOn)
        {
            await exchange.SendAsync(Share.Event(6));
            await there.ExpectAsync(Share.Event(6));
        }

        await Deadline.UntilAsync(async () => (long)await redis.ExecuteAsync("XLEN", log) >= top.Number, "the log to be whole");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two");
        using var back = await two.OpenAsync("/events", "Last-Event-ID: 1");
        await back.ExpectAsync("exact", Share.Events(2, goesOn ? 6 : 5));
    }

    [Fact]
    public async Task The_upstream_stays_with_who_has_it_when_another_hears_first_that_redis_has_nothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis);
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        var member = Node.Streams(two).Single();
        await Deadline.UntilAsync(() => member.Leader == Node.Store(one).NodeId);

        await redis.ExecuteAsync("FLUSHALL");
        member.Compare();
        await exchange.SendAsync(Share.Events(4, 6));
        await there.ExpectAsync(Share.Events(1, 6));
        await here.ExpectAsync(Share.Events(4, 6));
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>It has been told once that Redis has nothing; whatever wakes it then, it is not its turn before the time of a lease is over.</summary>
    [Fact]
    public async Task The_upstream_stays_with_who_has_it_however_often_another_asks_a_redis_that_has_nothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis);
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        var member = Node.Streams(two).Single();
        await Deadline.UntilAsync(() => member.Leader == Node.Store(one).NodeId);

        await redis.ExecuteAsync("FLUSHALL");
        for (var i = 0; i < 100; i++)
        {
            member.Compare();
            await redis.ExecuteAsync("PING");
            Assert.False(member.IsLeading);
        }

        await exchange.SendAsync(Share.Events(4, 6));
        await there.ExpectAsync(Share.Events(1, 6));
        await here.ExpectAsync(Share.Events(4, 6));
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>
    /// A gateway without the stream cannot know that somebody has it; but what it has said of itself in Redis is gone too, or was just now, and so it waits.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_upstream_stays_with_who_has_it_when_the_first_client_of_another_finds_a_redis_that_has_lost_all(bool isThereAgain)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one", "SseGateway:Fleet:Lease=30s");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", "SseGateway:Fleet:Lease=30s");
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));

        // The next renewal is some seconds away; whatever comes before it must not be this one's.
        await redis.ExecuteAsync("FLUSHALL");
        if (isThereAgain)
        {
            await Deadline.UntilAsync(
                async () => !(await redis.ExecuteAsync("HGET", "sse:{nodes}", Node.Store(two).NodeId)).IsNull, "the other gateway to say that it is there");
        }

        using var client = await two.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Last-Event-ID: 1"]);

        // Who is not content with the first answer asks again, as long as the one who has it has not written that it does; who is would lead by now.
        await Deadline.UntilAsync(async () => await AskedAsync() >= 2 || await IsOwnedAsync(), "the other gateway to ask twice");
        Assert.False(Node.Leads(two));
        await exchange.SendAsync(Share.Events(4, 6));
        using var here = await client.ReadResponseAsync();
        await here.ExpectAsync("exact", Share.Events(2, 6));
        await there.ExpectAsync(Share.Events(4, 6));
        Assert.Equal(1, upstream.RequestCount);

        async Task<bool> IsOwnedAsync() => ((string[])(await redis.ExecuteAsync("KEYS", "*:own"))!).Length > 0;

        async Task<int> AskedAsync()
        {
            var asked = Regex.Match((string)(await redis.ExecuteAsync("INFO", "commandstats"))!, "cmdstat_hexists:calls=([0-9]+)").Groups[1];
            return asked.Success ? int.Parse(asked.ValueSpan, CultureInfo.InvariantCulture) : 0;
        }
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task Clients_stay_while_redis_is_killed_and_started_again(string appendOnly)
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", appendOnly, "--appendfsync", "always");
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:Fleet:Grace=10m");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));
        await redis.KillAsync();
        await exchange.SendAsync(Share.Events(4, 5));
        await Deadline.UntilAsync(() => StoreTests.Lines(one, 201) >= 1 && StoreTests.Lines(two, 201) >= 1);
        await redis.StartAsync();
        await exchange.SendAsync(Share.Event(6));
        await there.ExpectAsync(Share.Events(4, 6));
        await here.ExpectAsync(Share.Events(4, 6));
        Assert.Equal(1, upstream.RequestCount);
        Assert.True(await Node.SampleAsync(one, "sse_gateway_fleet_store_outages_total") >= 1);
    }

    /// <summary>What a leader has sent and nobody has answered arrives at last, when another one leads.</summary>
    [Fact]
    public async Task A_leader_that_a_network_keeps_from_redis_is_fenced_and_follows_when_it_carries_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var detour = new Detour { Target = IPEndPoint.Parse(redis.Address) };
        await using var one = await Node.StartAsync(
            upstream.Url, redis, "one", "SseGateway:Fleet:Redis=" + detour.Url["http://".Length..], "SseGateway:Fleet:Grace=10m",
            "SseGateway:Fleet:Lease=5s");
        await using var two = await Node.StartAsync(upstream.Url, redis, "two", "SseGateway:Fleet:Lease=5s");
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        using var here = await two.OpenAsync();
        await exchange.SendAsync(Share.Events(1, 3));
        await there.ExpectAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(1, 3));

        detour.Hold();
        await exchange.SendAsync(Share.Events(4, 5));
        var again = await upstream.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(4, 6));
        await here.ExpectAsync(Share.Events(4, 6));
        await Deadline.UntilAsync(() => StoreTests.Lines(one, 201) >= 1);
        detour.Release();
        await there.ExpectAsync(Share.Events(4, 6));
        await exchange.WaitForPeerCloseAsync();
        await again.SendAsync(Share.Event(7));
        await there.ExpectAsync(Share.Event(7));
        await here.ExpectAsync(Share.Event(7));
    }

    [Fact]
    public async Task After_the_grace_each_gateway_dials_for_itself_and_tells_of_a_gap_when_they_are_one_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:Fleet:Grace=0");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Event(1));
        await there.ExpectAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        await redis.KillAsync();
        foreach (var _ in new[] { one, two })
        {
            var own = await upstream.NextAsync();
            Assert.Equal("1", own.Request.Value("Last-Event-ID"));
            await own.StartStreamAsync();
            await own.SendAsync(Share.Event(2));
        }

        await there.ExpectAsync(Share.Event(2));
        await here.ExpectAsync(Share.Event(2));
        await redis.StartAsync();
        var again = await upstream.NextAsync();
        Assert.Equal("2", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Event(3));
        string[] expected = [Share.Event(3), Share.Gap("2", null, "epoch")];
        var got = new List<string>();
        foreach (var response in new[] { there, here })
        {
            var frame = await response.ReadFrameAsync();
            got.Add(frame);
            if (frame != Share.Event(3)) Assert.Equal(Share.Event(3), await response.ReadFrameAsync());
        }

        Assert.Equal(expected.Order(), got.Order());
    }

    /// <summary>The first connection may take longer than a connection may: over TLS, while the machine is busy with starting all of it.</summary>
    [Fact]
    public async Task A_gateway_that_starts_waits_a_moment_for_a_redis_that_it_has_not_seen_yet()
    {
        await using var redis = RedisServer.Create();
        await using var upstream = ScriptedUpstream.Start();
        var time = new FakeTimeProvider();
        await using var one = await GatewayUnderTest.StartAsync(upstream, time, [.. Share.With(), redis.Setting]);
        await Deadline.UntilAsync(() => StoreTests.Lines(one, 201) >= 1);
        using var client = await one.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await Deadline.UntilAsync(() => Node.Streams(one).Any());
        await redis.StartAsync();
        await Deadline.UntilAsync(
            async () => ((string)(await redis.ExecuteAsync("CLIENT", "LIST"))!).Contains("name=ssegateway", StringComparison.Ordinal),
            "a connection of the gateway's");
        await Deadline.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return Node.Store(one).Status.IsHere;
            },
            "a gateway that has joined");
        await (await upstream.NextAsync()).StartStreamAsync();
        await Node.LeadsAsync(one);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Without_redis_from_the_start_a_gateway_is_alone()
    {
        await using var redis = RedisServer.Create();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), redis.Setting]);
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Event(1));
        await there.ExpectAsync(Share.Event(1));
    }

    [Fact]
    public async Task With_wait_nobody_dials_without_redis()
    {
        await using var redis = RedisServer.Create();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), redis.Setting, "SseGateway:Fleet:OnStoreLoss=Wait"]);
        using var client = await one.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await Deadline.UntilAsync(() => StoreTests.Lines(one, 201) >= 1);
        Assert.Equal(0, upstream.RequestCount);
        await redis.StartAsync();
        await (await upstream.NextAsync()).StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
    }
}
