using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Streams.Limits;

/// <summary>How many streams come in, and how the next one is refused: catalogue 10.1.1, 10.1.2, 10.1.4, 10.1.10, 11.3.3.</summary>
public sealed partial class LimitTests
{
    private const string Page = "https://app.example";

    [Theory]
    [Trait("Case", "10.1.1")]
    [InlineData("Streams")]
    [InlineData("StreamsPerRoute")]
    [InlineData("StreamsPerAddress")]
    [InlineData("StreamsPerSubject")]
    public async Task One_more_than_the_limit_is_refused_and_the_others_go_on(string limit)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Tokens.RequireHs256(), $"SseGateway:Limits:{limit}=3", "SseGateway:Cors:Origins:0=" + Page]);
        var token = $"Authorization: Bearer {Tokens.For("ada")}";
        var open = new List<(UpstreamExchange Exchange, RawResponse Response)>();
        for (var i = 0; i < 3; i++) open.Add(await gateway.OpenStreamAsync(upstream, $"/events/{i}", token));

        using (var refused = await gateway.OpenAsync("/events", token, $"Origin: {Page}"))
        {
            await ExpectRefusedByStatusAsync(refused);
            Assert.Equal(Page, refused.Head.Value("Access-Control-Allow-Origin"));
        }
        using (var refused = await gateway.OpenAsBrowserAsync("/events", token, $"Origin: {Page}"))
        {
            await ExpectRefusedInBandAsync(refused);
            Assert.Equal(Page, refused.Head.Value("Access-Control-Allow-Origin"));
        }

        Assert.Equal(3, upstream.RequestCount);
        foreach (var (exchange, response) in open)
        {
            await exchange.SendAsync("data: on\n\n");
            await response.ExpectAsync("data: on\n\n");
            response.Dispose();
        }
    }

    [Theory]
    [Trait("Case", "10.1.1")]
    [InlineData("Status", true, false)]
    [InlineData("Status", false, false)]
    [InlineData("InBand", true, true)]
    [InlineData("InBand", false, true)]
    [InlineData("Auto", true, true)]
    [InlineData("Auto", false, false)]
    public async Task Refusal_takes_the_configured_form(string mode, bool browser, bool inBand)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1", $"SseGateway:Refusal={mode}");
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var first = open;

        using var refused = browser ? await gateway.OpenAsBrowserAsync() : await gateway.OpenAsync();

        if (inBand) await ExpectRefusedInBandAsync(refused);
        else await ExpectRefusedByStatusAsync(refused);
    }

    [Fact]
    [Trait("Case", "10.1.1")]
    public async Task Refused_connection_can_be_used_for_the_next_request()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var first = open;
        using var client = await gateway.ConnectAsync();

        foreach (var fields in new[] { ["Accept: text/event-stream"], Browser.EventSourceFields })
        {
            await client.SendAsync(gateway.Head("GET", "/events", fields));
            await (await client.ReadResponseAsync()).ReadTextAsync();
        }

        await client.SendAsync(gateway.Head("GET", "/plain"));
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "plain");
        Assert.Equal("plain", await (await client.ReadResponseAsync()).ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "10.1.1")]
    public async Task Ordinary_requests_take_no_place()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        using var first = await gateway.BeginAsync("GET", "/slow");
        using var second = await gateway.BeginAsync("POST", "/slow", ["Accept: application/json"], "{}");
        await upstream.NextAsync();
        await upstream.NextAsync();

        var (_, response) = await gateway.OpenStreamAsync(upstream);

        response.Dispose();
    }

    [Theory]
    [Trait("Case", "10.1.1")]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Stream_that_nobody_announced_counts_and_is_refused_too(string method)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        using var client = await gateway.BeginAsync(method, "/v1/chat", ["Accept: */*"]);
        await (await upstream.NextAsync()).StartStreamAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);

        using (var announced = await gateway.OpenAsync()) await ExpectRefusedByStatusAsync(announced);

        using var second = await gateway.BeginAsync(method, "/v1/other", ["Accept: */*"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync("Set-Cookie: a=1");
        var refused = await second.ReadResponseAsync();
        Assert.False(refused.Head.Has("Set-Cookie"));
        Assert.Equal("false", refused.Head.Value("x-should-retry"));
        await ExpectRefusedByStatusAsync(refused);
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "10.1.2")]
    public async Task Addresses_are_counted_apart()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:StreamsPerAddress=1");
        upstream.Serve(exchange => exchange.StartStreamAsync());
        string[] stream = ["Accept: text/event-stream"];

        foreach (var address in new[] { "127.0.0.2", "127.0.0.3" })
        {
            using var open = await gateway.SendAsync("GET", "/events", stream, from: IPAddress.Parse(address));
            using var next = await gateway.SendAsync("GET", "/events", stream, from: IPAddress.Parse(address));
            Assert.Equal((address, 200, 429), (address, open.Status, next.Status));
        }
    }

    [Fact]
    [Trait("Case", "10.1.2")]
    public async Task Subjects_and_routes_are_counted_apart()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [.. GatewayUnderTest.Route("a", "/a/{**rest}", upstream.Url), .. GatewayUnderTest.Route("b", "/b/{**rest}", upstream.Url)],
            [.. Tokens.RequireHs256(), "SseGateway:Limits:StreamsPerSubject=2", "SseGateway:Routes:b:Limits:StreamsPerRoute=2"]);
        var kept = new List<RawResponse>();

        foreach (var (target, subject, status) in new[]
        {
            ("/a/1", "ada", 200), ("/a/2", "ada", 200), ("/a/3", "ada", 429), ("/a/4", "bob", 200),
            ("/b/1", "bob", 200), ("/b/2", "eve", 200), ("/b/3", "eve", 429), ("/a/5", "eve", 200),
        })
        {
            var response = await gateway.OpenAsync(target, $"Authorization: Bearer {Tokens.For(subject)}");
            kept.Add(response);
            Assert.Equal((target, subject, status), (target, subject, response.Status));
        }

        kept.ForEach(response => response.Dispose());
    }

    [Theory]
    [Trait("Case", "11.3.3")]
    [InlineData("X-Forwarded-For: 198.51.100.1")]
    [InlineData("Forwarded: for=198.51.100.1")]
    [InlineData("X-Real-IP: 198.51.100.1")]
    [InlineData("True-Client-IP: 198.51.100.1")]
    public async Task Claimed_address_of_a_stranger_does_not_beat_the_limit(string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Limits:StreamsPerAddress=1", "SseGateway:Limits:TrustedProxies:0=192.0.2.0/24");
        var (_, open) = await gateway.OpenStreamAsync(upstream);
        using var first = open;

        using var second = await gateway.OpenAsync("/events", field);

        Assert.Equal(429, second.Status);
    }

    [Fact]
    [Trait("Case", "11.3.3")]
    public async Task Address_that_a_trusted_proxy_names_counts()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Limits:StreamsPerAddress=1", "SseGateway:Limits:TrustedProxies:0=127.0.0.1");
        var kept = new List<RawResponse>();

        foreach (var (forwarded, status) in new[]
        {
            ("198.51.100.1", 200), ("198.51.100.1", 429), ("198.51.100.2", 200),
            ("203.0.113.9, 198.51.100.2", 429), ("198.51.100.3, 198.51.100.2", 429),
            ("2001:db8::1", 200), ("2001:db8::2", 429), ("2001:db8:0:1::1", 200),
        })
        {
            var response = await gateway.OpenAsync("/events", $"X-Forwarded-For: {forwarded}");
            kept.Add(response);
            Assert.Equal((forwarded, status), (forwarded, response.Status));
        }

        kept.ForEach(response => response.Dispose());
    }

    [Fact]
    [Trait("Case", "10.1.4")]
    public async Task Of_two_hundred_clients_at_once_exactly_ten_get_a_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=10");

        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => gateway.OpenAsync()));

        Assert.Equal((10, 190), (responses.Count(r => r.Status == 200), responses.Count(r => r.Status == 429)));
        Assert.Equal(10, upstream.RequestCount);
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    [Trait("Case", "10.1.10")]
    public async Task Connect_rate_lets_the_burst_in_and_refuses_the_rest()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.Request.Target == "/plain" ? exchange.AnswerAsync(200, "text/plain", "plain") : exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:ConnectBurst=3");

        for (var i = 0; i < 3; i++)
        {
            using var let = await gateway.OpenAsync();
            Assert.Equal(200, let.Status);
        }
        using var refused = await gateway.OpenAsync();

        await ExpectRefusedByStatusAsync(refused);
        using var ordinary = await gateway.SendAsync("GET", "/plain", ["Accept: application/json"]);
        Assert.Equal(200, ordinary.Status);
    }

    [Fact]
    [Trait("Case", "10.1.10")]
    public async Task Connect_rate_recovers()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Limits:ConnectsPerSecond=5", "SseGateway:Limits:ConnectBurst=1");

        // At five a second some are refused and some are not, however fast or slow this machine asks.
        var seen = new HashSet<int>();
        await Deadline.UntilAsync(async () =>
        {
            var burst = await Task.WhenAll(gateway.OpenAsync(), gateway.OpenAsync(), gateway.OpenAsync());
            foreach (var response in burst)
            {
                seen.Add(response.Status);
                response.Dispose();
            }
            return seen.SetEquals([200, 429]);
        });
    }

    private static async Task ExpectRefusedByStatusAsync(RawResponse refused)
    {
        Assert.Equal((429, "application/problem+json"), (refused.Status, refused.Head.Value("Content-Type")?.Split(';')[0]));
        Assert.True(int.Parse(refused.Head.Value("Retry-After")!, CultureInfo.InvariantCulture) >= 1);
        using var problem = JsonDocument.Parse(await refused.ReadTextAsync());
        Assert.Equal(429, problem.RootElement.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.RootElement.GetProperty("title").GetString()));
    }

    private static async Task ExpectRefusedInBandAsync(RawResponse refused)
    {
        Assert.Equal((200, "text/event-stream"), (refused.Status, refused.Head.Value("Content-Type")?.Split(';')[0]));
        var text = await refused.ReadTextAsync();
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Matches(RetryLine(), text);
        Assert.Matches(RefusedLine(), text);
        var data = text.Split('\n').Single(line => line.StartsWith("data:", StringComparison.Ordinal));
        using var reason = JsonDocument.Parse(data[5..]);
        Assert.False(string.IsNullOrEmpty(reason.RootElement.GetProperty("reason").GetString()));
        Assert.DoesNotContain("id:", text, StringComparison.Ordinal);
    }

    [GeneratedRegex("^retry: ?[1-9][0-9]*$", RegexOptions.Multiline)]
    private static partial Regex RetryLine();

    [GeneratedRegex("^event: ?gateway\\.refused$", RegexOptions.Multiline)]
    private static partial Regex RefusedLine();
}
