using System.Globalization;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>The way of the POST itself: it is forwarded once, and what it is answered with, if that is no stream, is the client's as ever.</summary>
public sealed class KeptRequestTests
{
    [Theory]
    [InlineData(200, "application/json", "{}")]
    [InlineData(429, "application/json", """{"error":{"message":"slow down"}}""")]
    [InlineData(503, "text/plain", "later")]
    public async Task Answer_that_is_no_stream_is_passed_on_and_not_kept(int status, string type, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        using var client = await gateway.BeginAsync("POST", Keep.Path, [], "hello");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("hello");
        await exchange.AnswerAsync(status, type, body, "Retry-After: 9", "Set-Cookie: a=b");
        using var response = await client.ReadResponseAsync();
        Assert.Equal((status, type, "9", "a=b"),
            (response.Status, response.Head.Value("Content-Type"), response.Head.Value("Retry-After"), response.Head.Value("Set-Cookie")));
        Assert.False(response.Head.Has("Gateway-Stream"));
        Assert.Equal(body, await response.ReadTextAsync());
        await Deadline.UntilAsync(() => gateway.Answers().Count == 0 && gateway.Limiter.Entries == 0);
    }

    [Fact]
    public async Task Upstream_that_is_not_there_is_a_502()
    {
        using var closed = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(closed.Url, Keep.With());
        using var response = await gateway.SendAsync("POST", "/any", [], "hello");
        Assert.Equal((502, "application/problem+json"), (response.Status, response.Head.Value("Content-Type")));
        await Deadline.UntilAsync(() => gateway.Answers().Count == 0 && gateway.Limiter.Entries == 0);
    }

    [Fact]
    public async Task Client_that_leaves_before_the_head_has_the_upstream_left_since_nobody_knows_the_answers_id()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var client = await gateway.BeginAsync("POST", Keep.Path, [], "hello");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("hello");
        client.Reset();
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Answers().Count == 0 && gateway.Streams.Count == 0);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData("2026-07-28", false)]
    [InlineData("2027-01-01", false)]
    [InlineData("2025-11-25", true)]
    public async Task Call_of_a_protocol_in_which_leaving_is_the_cancellation_ends_with_its_client(string revision, bool isKept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream, ["MCP-Protocol-Version: " + revision]);
        Assert.Equal(isKept, response.Head.Has("Gateway-Stream"));
        response.Client.Reset();
        if (!isKept) await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        Assert.Equal(isKept ? 1 : 0, gateway.Answers().Count);
    }

    [Fact]
    public async Task Get_is_not_kept()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        Assert.False(response.Head.Has("Gateway-Stream"));
        response.Client.Reset();
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    public async Task Encoded_answer_is_relayed_and_ends_with_its_client()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream, answered: ["Content-Encoding: x-rot13"]);
        Assert.False(response.Head.Has("Gateway-Stream"));
        await exchange.SendAsync("qngn: k\n\n");
        await response.ExpectAsync("qngn: k\n\n");
        response.Client.Reset();
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    public async Task Service_is_asked_for_an_answer_that_is_not_compressed()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await gateway.AskAsync(upstream, ["Accept-Encoding: gzip, br"]);
        Assert.False(exchange.Request.Has("Accept-Encoding"));
        response.Dispose();
    }

    [Fact]
    public async Task Large_body_reaches_the_service_whole_and_the_answer_goes_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var body = new string('x', 3_000_000);
        using var client = await gateway.ConnectAsync();
        var sending = client.SendAsync(gateway.Head("POST", Keep.Path, $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}") + body);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(body);
        await sending;
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        client.Reset();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        await exchange.SendAsync(Keep.Token(1));
        using var again = await gateway.ReadAgainAsync(response.Id());
        await again.ExpectAsync(Keep.Token(1));
    }

    [Fact]
    public async Task Body_in_chunks_after_100_continue_reaches_the_service()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(gateway.Head("POST", Keep.Path, "Expect: 100-continue", "Transfer-Encoding: chunked"));
        var exchange = await upstream.NextAsync();
        await client.SendAsync("5\r\nhello\r\n0\r\n\r\n");
        await exchange.ExpectBodyAsync("hello");
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        using var again = await gateway.ReadAgainAsync(response.Id());
        await again.ExpectAsync(Keep.Token(1));
    }

    [Fact]
    public async Task Over_http2_it_is_kept_and_read_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), .. GatewayUnderTest.Http2Endpoint]);
        using var client = gateway.CreateHttp2Client();
        using var left = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Keep.Path, UriKind.Relative)) { Content = new StringContent("hello") };
        request.Version = client.DefaultRequestVersion;
        request.VersionPolicy = client.DefaultVersionPolicy;
        var asked = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, left.Token);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("hello");
        await exchange.StartStreamAsync();
        string id;
        using (var response = await Deadline.ForAsync(asked, "the answer's head"))
        {
            id = Assert.Single(response.Headers.GetValues("Gateway-Stream"));
        }

        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await exchange.EndAsync();
        var again = client.GetStringAsync($"/_gateway/answers/{id}?after=1", TestContext.Current.CancellationToken);
        Assert.Equal(Keep.Token(2), await Deadline.ForAsync(again, "the answer"));
        Assert.Equal((1, 1), (upstream.RequestCount, client.ConnectionCount));
    }

    [Fact]
    public async Task Connection_serves_the_next_request_when_an_answer_is_over()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        using var client = await gateway.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(gateway.Head("POST", Keep.Path, "Content-Length: 5") + "hello");
            var exchange = await upstream.NextAsync();
            await exchange.ExpectBodyAsync("hello");
            await exchange.StartStreamAsync();
            var response = await client.ReadResponseAsync();
            await exchange.SendAsync(Keep.Token(i));
            await exchange.EndAsync();
            await response.ExpectEndAsync(Keep.Token(i), BodyEnding.Clean);
        }
    }
}
