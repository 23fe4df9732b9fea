using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>What the client receives: catalogue 7.3 and 7.5, for streams and for ordinary answers alike.</summary>
public sealed class ResponseTests
{
    [Theory]
    [Trait("Case", "7.3.1")]
    [Trait("Case", "7.3.2")]
    [InlineData("Content-Type", "text/event-stream;charset=UTF-8")]
    [InlineData("Content-Type", "text/event-stream")]
    [InlineData("Cache-Control", "no-cache, no-transform")]
    [InlineData("Pragma", "no-cache")]
    [InlineData("Expires", "0")]
    [InlineData("X-Custom", "a;b=\"c, d\"")]
    [InlineData("Mcp-Session-Id", "s1")]
    [InlineData("Link", "<https://hub.example/.well-known/mercure>; rel=\"mercure\"")]
    public async Task Header_of_a_stream_passes_unchanged(string name, string value)
    {
        var head = await StreamHeadAsync([name == "Content-Type" ? "X: y" : "Content-Type: text/event-stream", $"{name}: {value}"]);
        Assert.Equal([value], head.Values(name));
    }

    [Theory]
    [Trait("Case", "7.3.4")]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task Repeated_headers_keep_their_count_and_cookies_are_never_joined(string contentType)
    {
        var head = await HeadAsync(
            contentType, "X-A: 1", "X-A: 2", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "Set-Cookie: c=3");

        Assert.Equal(["1", "2"], head.Members("X-A"));
        Assert.Equal(["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "c=3"], head.Values("Set-Cookie"));
    }

    [Theory]
    [Trait("Case", "7.3.5")]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task Hop_by_hop_headers_and_those_named_in_connection_stay_here(string contentType)
    {
        var head = await HeadAsync(
            contentType, "Connection: x-hop, keep-alive", "Connection: X-Hop-2", "X-Hop: 1", "X-Hop-2: 2", "X-Hop-3: stays",
            "Keep-Alive: timeout=5", "Proxy-Authenticate: Basic realm=\"x\"", "Proxy-Connection: keep-alive", "Upgrade: h2c");

        Assert.Equal("stays", head.Value("X-Hop-3"));
        foreach (var name in new[] { "X-Hop", "X-Hop-2", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "Upgrade" })
        {
            Assert.Equal([], head.Values(name));
        }
        Assert.DoesNotContain(head.Members("Connection"), m => m.StartsWith("x-hop", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [Trait("Case", "7.3.10")]
    [InlineData("text/event-stream", "\u00c3\u00a9")]
    [InlineData("text/event-stream", "\u00e9")]
    [InlineData("application/json", "\u00c3\u00a9")]
    public async Task Header_value_of_any_bytes_passes(string contentType, string wire)
        => Assert.Equal([wire], (await HeadAsync(contentType, $"X-T: {wire}")).Values("X-T"));

    [Theory]
    [Trait("Case", "7.3.11")]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task Date_and_server_are_not_doubled(string contentType)
    {
        var head = await HeadAsync(contentType, "Date: Wed, 21 Oct 2026 07:28:00 GMT", "Server: scripted", "Vary: Accept");

        Assert.Single(head.Values("Date"));
        Assert.True(head.Values("Server").Count <= 1);
        Assert.Contains("Accept", head.Members("Vary"));
    }

    [Theory]
    [Trait("Case", "7.3.12")]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task Sixteen_kibibytes_of_headers_pass(string contentType)
    {
        var fields = Enumerable.Range(10, 40).Select(i => $"X-Big-{i}: {new string('b', 400)}").ToArray();

        var head = await HeadAsync(contentType, fields);

        foreach (var i in Enumerable.Range(10, 40)) Assert.Equal(400, head.Value($"X-Big-{i}")?.Length);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/event-stream")]
    public async Task Trailers_that_are_not_sent_are_not_announced(string type)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/any");
        var exchange = await upstream.NextAsync();
        await exchange.SendRawAsync("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
        await exchange.SendHeadAsync(200, $"Content-Type: {type}", "Transfer-Encoding: chunked", "Trailer: X-Sum");
        await exchange.SendRawAsync("9\r\ndata: 1\n\n\r\n0\r\nX-Sum: 1\r\n\r\n");
        exchange.Finish();

        using var response = await client.ReadResponseAsync();

        Assert.Equal((200, false), (response.Status, response.Head.Has("Trailer")));
        Assert.Equal("data: 1\n\n", await response.ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "7.3.7")]
    public async Task Stream_has_no_length_unless_the_upstream_gave_one()
    {
        var head = await HeadAsync("text/event-stream");

        Assert.Null(head.ContentLength);
        Assert.True(head.IsChunked);
    }

    [Theory]
    [Trait("Case", "7.5.1")]
    [InlineData(204, "", "X-A: 1")]
    [InlineData(401, "who?", "WWW-Authenticate: Bearer realm=\"up, stream\"")]
    [InlineData(404, "no", "X-A: 1")]
    [InlineData(410, "gone", "X-A: 1")]
    [InlineData(503, "later", "Retry-After: 120")]
    [InlineData(201, "{}", "Location: /rooms/1")]
    [InlineData(299, "odd", "X-A: 1")]
    public async Task Status_headers_and_body_pass(int status, string body, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        if (status == 204)
        {
            await exchange.SendHeadAsync(status, field);
            exchange.Finish();
        }
        else
        {
            await exchange.AnswerAsync(status, "text/plain", body, field);
        }

        var response = await client.ReadResponseAsync();

        Assert.Equal(status, response.Status);
        Assert.Equal(field.Split(": ", 2)[1], response.Head.Value(field.Split(':')[0]));
        Assert.Equal(body, await response.ReadTextAsync());
    }

    [Theory]
    [Trait("Case", "7.5.1")]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Error_that_calls_itself_an_event_stream_passes_as_the_error_it_is(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);

        await (await upstream.NextAsync()).AnswerAsync(status, "text/event-stream", "data: x\n\n");

        var response = await client.ReadResponseAsync();
        Assert.Equal((status, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        await response.ExpectEndAsync("data: x\n\n", BodyEnding.Clean);
    }

    [Theory]
    [Trait("Case", "7.5.2")]
    [InlineData(301, "https://elsewhere.example/events?x=1")]
    [InlineData(307, "/events/")]
    [InlineData(302, "//other.example/")]
    public async Task Redirect_is_passed_and_not_followed(int status, string location)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);

        await (await upstream.NextAsync()).AnswerAsync(status, "text/plain", "", $"Location: {location}");

        var response = await client.ReadResponseAsync();
        Assert.Equal((status, location), (response.Status, response.Head.Value("Location")));
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    [Trait("Case", "5.2.10")]
    public async Task Conditional_and_range_answers_pass()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/file", ["If-None-Match: \"v1\""]);
        var exchange = await upstream.NextAsync();
        await exchange.SendHeadAsync(304, "ETag: \"v1\"");
        exchange.Finish();
        Assert.Equal(304, (await client.ReadResponseAsync()).Status);

        await client.SendAsync(gateway.Head("GET", "/file", "Range: bytes=0-1"));
        await (await upstream.NextAsync()).AnswerAsync(206, "text/plain", "ab", "Content-Range: bytes 0-1/9");
        var part = await client.ReadResponseAsync();
        Assert.Equal((206, "bytes 0-1/9"), (part.Status, part.Head.Value("Content-Range")));
        Assert.Equal("ab", await part.ReadTextAsync());
    }

    /// <summary>The client's head when the upstream answers 200 with this type and these fields.</summary>
    [Theory]
    [InlineData(204, "Content-Length: 3", "abc")]
    [InlineData(204, "Content-Length: 0", "")]
    [InlineData(205, "Content-Length: 3", "abc")]
    [InlineData(205, "Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n")]
    public async Task Status_without_content_passes_without_the_content_that_an_upstream_gives_it(int status, string framing, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/reset");
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(status, framing, "X-A: 1");
        await exchange.SendRawAsync(body);
        exchange.Cut();

        using var response = await client.ReadResponseAsync();
        Assert.Equal((status, "1"), (response.Status, response.Head.Value("X-A")));
        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Fact]
    public async Task Upgrade_that_nobody_asked_for_is_502_and_none_of_it_passes()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/socket");
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(101, "Connection: Upgrade", "Upgrade: other", "X-A: 1");

        using var response = await client.ReadResponseAsync();
        Assert.Equal(502, response.Status);
        Assert.Empty(response.Head.Values("Connection").Concat(response.Head.Values("Upgrade")).Concat(response.Head.Values("X-A")));
        Assert.Contains("\"status\":502", await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    private static Task<MessageHead> HeadAsync(string contentType, params string[] fields)
        => StreamHeadAsync([$"Content-Type: {contentType}", .. fields]);

    private static async Task<MessageHead> StreamHeadAsync(string[] fields)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.SendHeadAsync(200, [.. fields, "Transfer-Encoding: chunked"]);
        await exchange.SendAsync("data: a\n\n");
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        await response.ExpectAsync("data: a\n\n");
        return response.Head;
    }
}
