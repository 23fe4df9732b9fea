using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Keeping;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Fleet.Answers;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>An answer that one gateway keeps is read and stopped at any gateway of the fleet, exactly as at its own.</summary>
public sealed class AnswersAcrossTests
{
    [Fact]
    public async Task It_is_read_on_at_another_gateway_exactly_where_the_client_was()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream, answered: ["X-Request-Id: 7"]);
        var id = response.Id();
        for (var n = 1; n <= 40; n += 4)
        {
            await exchange.SendAsync(Keep.Tokens(n, n + 3));
            await response.ExpectAsync(Keep.Tokens(n, n + 3));
            using var at = await fleet.Two.ReadAgainAsync(id, $"?after={n + 2}");
            Assert.Equal((200, "text/event-stream", "7", id), (at.Status, at.Head.Value("Content-Type"), at.Head.Value("X-Request-Id"), at.Id()));
            await at.ExpectAsync(Keep.Token(n + 3));
        }

        response.Client.Reset();
        using var rest = await fleet.Two.ReadAgainAsync(id, "?after=40");
        using var all = await fleet.Two.ReadAgainAsync(id);
        using var own = await fleet.One.ReadAgainAsync(id, "?after=39");
        await exchange.SendAsync(Keep.Token(41) + "data: [DONE]");
        await exchange.EndAsync();
        await rest.ExpectEndAsync(Keep.Token(41) + "data: [DONE]", BodyEnding.Clean);
        await all.ExpectEndAsync(Keep.Tokens(1, 41) + "data: [DONE]", BodyEnding.Clean);
        await own.ExpectEndAsync(Keep.Tokens(40, 41) + "data: [DONE]", BodyEnding.Clean);

        // What is over is read on there too, and what is over and read is nothing.
        using var late = await fleet.Two.ReadAgainAsync(id, "?after=41");
        await late.ExpectEndAsync("data: [DONE]", BodyEnding.Clean);
        using var read = await fleet.Two.ReadAgainAsync(id, "?after=42");
        using var tooFar = await fleet.Two.ReadAgainAsync(id, "?after=43");
        using var unknown = await fleet.One.ReadAgainAsync("AAAAAAAAAAAAAAAAAAAAAA.one");
        Assert.Equal((204, 410, 204), (read.Status, tooFar.Status, unknown.Status));
        await Deadline.UntilAsync(async () =>
        {
            // As soon as Redis has been here for long enough that the others have written down what they have.
            using var elsewhere = await fleet.Two.ReadAgainAsync("AAAAAAAAAAAAAAAAAAAAAA.one");
            return elsewhere.Status == 204;
        });
        Assert.Equal(1, fleet.Upstream.RequestCount);
    }

    [Fact]
    public async Task Upstreams_own_ids_are_cursors_there_and_line_ends_are_its_own()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync("id: a\r\ndata: 1\r\n\r\n: comment\r\n\r\nid: b\r\ndata: 2\r\n\r\n");
        using var again = await fleet.Two.ReadAgainAsync(response.Id(), "?after=0", "Last-Event-ID: a");
        await again.ExpectAsync("id: b\r\ndata: 2\r\n\r\n");
        await exchange.SendAsync("id: c\r\ndata: 3\r\n\r\n");
        await exchange.EndAsync();
        await again.ExpectEndAsync("id: c\r\ndata: 3\r\n\r\n", BodyEnding.Clean);
        using var unknown = await fleet.Two.ReadAgainAsync(response.Id(), "", "Last-Event-ID: x");
        Assert.Equal(410, unknown.Status);
        response.Dispose();
    }

    [Fact]
    public async Task Reader_that_is_ahead_of_redis_is_refused_when_its_credential_is_revoked_meanwhile()
    {
        await using var fleet = await AnswersFleet.StartAsync([.. Tokens.RequireHs256()]);
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream, [Bearer("ada")]);
        using var ahead = await fleet.Two.BeginAsync("GET", $"/_gateway/answers/{response.Id()}?after=1", [Bearer("ada")]);
        await Deadline.UntilAsync(() => fleet.Two.Services.GetRequiredService<FleetAnswers>().Mirrors.Any(mirror => mirror.Answer.Head is not null));
        Assert.True(fleet.Two.Streams.Revocations.TryAddSubject("ada"));
        await exchange.SendAsync(Keep.Token(1));
        using var refused = await ahead.ReadResponseAsync();
        Assert.Equal(401, refused.Status);
        response.Dispose();
    }

    [Fact]
    public async Task Only_its_owner_reads_and_stops_it_at_whichever_gateway()
    {
        await using var fleet = await AnswersFleet.StartAsync([.. Tokens.RequireHs256()]);
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream, [Bearer("ada")]);
        var path = "/_gateway/answers/" + response.Id();
        await exchange.SendAsync(Keep.Token(1));
        foreach (var method in new[] { "GET", "DELETE" })
        {
            using var others = await fleet.Two.SendAsync(method, path, [Bearer("bob")]);
            using var nobodys = await fleet.Two.SendAsync(method, path);
            Assert.Equal((204, 401), (others.Status, nobodys.Status));
        }

        using var own = await fleet.Two.SendAsync("GET", path, [Bearer("ada")]);
        await own.ExpectAsync(Keep.Token(1));
        using var still = await fleet.Two.SendAsync("GET", path, [Bearer("bob")]);
        Assert.Equal(204, still.Status);
        await exchange.SendAsync(Keep.Token(2));
        await own.ExpectAsync(Keep.Token(2));
        using var stopped = await fleet.Two.SendAsync("DELETE", path, [Bearer("ada")]);
        Assert.Equal(204, stopped.Status);
        await exchange.WaitForPeerCloseAsync();
        Assert.NotEqual(BodyEnding.Clean, (await own.ReadToEndAsync()).Ending);
        response.Dispose();
    }

    /// <summary>Whoever is not let in costs Redis nothing.</summary>
    [Fact]
    public async Task It_is_looked_for_once_its_reader_has_been_let_in()
    {
        await using var fleet = await AnswersFleet.StartAsync([.. Tokens.RequireHs256()]);
        var (_, response) = await fleet.One.AskAsync(fleet.Upstream, [Bearer("ada")]);
        var before = await LooksAsync(fleet);
        using var nobodys = await fleet.Two.ReadAgainAsync(response.Id());
        using var stopped = await fleet.Two.SendAsync("DELETE", "/_gateway/answers/" + response.Id());
        Assert.Equal((401, 401, before), (nobodys.Status, stopped.Status, await LooksAsync(fleet)));
        using var others = await fleet.Two.ReadAgainAsync(response.Id(), "", Bearer("bob"));
        Assert.Equal((204, before + 1), (others.Status, await LooksAsync(fleet)));
        response.Dispose();

        static async Task<int> LooksAsync(AnswersFleet fleet) => ((string)(await fleet.Redis.ExecuteAsync("INFO", "commandstats"))!).Split('\n')
            .Where(line => line.StartsWith("cmdstat_hmget:", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split('=', ',')[1], System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();
    }

    [Fact]
    public async Task Its_id_leads_to_its_own_route_there()
    {
        string[] yonder = ["ReverseProxy:Routes:yonder:ClusterId=upstream", "ReverseProxy:Routes:yonder:Match:Path=/yonder"];
        await using var fleet = await AnswersFleet.StartAsync(yonder);

        // Of both, since there is no saying which one comes first among those that keep answers.
        foreach (var (path, route) in new[] { ("/yonder", "yonder"), (Keep.Path, "upstream") })
        {
            using var client = await fleet.One.BeginAsync("POST", path, ["Content-Type: application/json"], "{}");
            var exchange = await fleet.Upstream.NextAsync();
            await exchange.StartStreamAsync();
            await exchange.SendAsync(Keep.Token(1));
            using var response = await client.ReadResponseAsync();
            using var there = await fleet.Two.ReadAgainAsync(response.Id());
            await there.ExpectAsync(Keep.Token(1));
            Assert.Contains(fleet.Two.Streams.Streams, stream => stream.RouteId == route);
        }
    }

    [Fact]
    public async Task Readers_elsewhere_keep_its_upstream_and_once_they_have_left_it_is_left()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("GraceAfterLeave=10s"));
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Token(1));
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Token(1));
        response.Client.Reset();
        var left = fleet.One.Streams.Now;
        await Deadline.UntilAsync(() => fleet.One.Streams.Now - left > TimeSpan.FromSeconds(12), "the time of grace and more");
        await exchange.SendAsync(Keep.Token(2));
        await reader.ExpectAsync(Keep.Token(2));
        reader.Client.Reset();
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => fleet.One.Answers().Answers.Single().IsOver);
    }

    [Fact]
    public async Task What_its_gateway_keeps_no_longer_is_nowhere()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("AnswersPerSubject=1"));
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.EndAsync();
        await response.ReadToEndAsync();
        var (next, newer) = await fleet.One.AskAsync(fleet.Upstream);
        await Deadline.UntilAsync(async () =>
        {
            using var gone = await fleet.Two.ReadAgainAsync(response.Id());
            return gone.Status == 204;
        });
        await next.SendAsync(Keep.Token(1));
        using var there = await fleet.Two.ReadAgainAsync(newer.Id());
        await there.ExpectAsync(Keep.Token(1));
        newer.Dispose();
    }

    [Fact]
    public async Task What_is_kept_is_bounded_there_too()
    {
        await using var fleet = await AnswersFleet.StartAsync(Keep.With("LogBytes=4096"));
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);

        // Each of them is written before the next one comes: else all that has been run over is, and none is let go of.
        using (var along = await fleet.Two.ReadAgainAsync(response.Id()))
        {
            for (var n = 1; n < 2000; n += 50)
            {
                await exchange.SendAsync(Keep.Tokens(n, n + 49));
                await response.ExpectAsync(Keep.Tokens(n, n + 49));
                await along.ExpectAsync(Keep.Tokens(n, n + 49));
            }
        }

        var own = fleet.One.Answers().Answers.Single();
        using var last = await fleet.Two.ReadAgainAsync(response.Id(), "?after=1999");
        await last.ExpectAsync(Keep.Token(2000));
        Assert.True(own.Log.First > 1000);
        await exchange.EndAsync();
        await last.ExpectEndAsync("", BodyEnding.Clean);
        using var oldest = await fleet.Two.ReadAgainAsync(response.Id(), $"?after={own.Log.First}");
        await oldest.ExpectEndAsync(Keep.Tokens((int)own.Log.First + 1, 2000), BodyEnding.Clean);
        using var first = await fleet.Two.ReadAgainAsync(response.Id());
        Assert.Equal(410, first.Status);
        var keys = (string[])(await fleet.Redis.ExecuteAsync("KEYS", "sse:*:log"))!;
        var entries = (RedisResult[])(await fleet.Redis.ExecuteAsync("XRANGE", Assert.Single(keys), "-", "+"))!;
        Assert.InRange(entries.Sum(entry => ((byte[])entry[1].ToDictionary()["f"]!).Length), 1, 3 * 4096);
        response.Dispose();
    }

    private static string Bearer(string subject) => "Authorization: Bearer " + Tokens.For(subject);
}
