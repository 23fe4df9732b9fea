using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>What the upstream receives: catalogue 5.2, 4.4.7, 4.4.8, 4.4.11, 8.2.7.</summary>
public sealed class RequestTests
{
    [Theory]
    [Trait("Case", "5.2.1")]
    [InlineData("/c/a%2F%20a?x=a%20b+c&x=&y=%E2%82%AC")]
    [InlineData("//double//slash")]
    [InlineData("/a/...%2fc/b")]
    [InlineData("/a/c%252Fd%2525")]
    [InlineData("/.well-known/x%7E")]
    [InlineData("/a;p=1/b;q")]
    [InlineData("/a?")]
    [InlineData("/?a=?&b=/../c")]
    [InlineData("/%7Euser/%e2%82%ac")]
    [InlineData("/!$&'()*+,;=:@-._~")]
    [InlineData("/a?access_token=t&%zz")]
    public async Task Target_reaches_the_upstream_byte_for_byte(string target)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:AllowInPath=EncodedSlash,EmptySegment,DoubleEncoding");

        var request = await ForwardAsync(upstream, gateway, "GET", target);

        Assert.Equal(target, request.Target);
    }

    [Theory]
    [Trait("Case", "5.2.1")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("REPORT")]
    [InlineData("QUERY")]
    public async Task Every_method_passes(string method)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        Assert.Equal(method, (await ForwardAsync(upstream, gateway, method, "/any")).Method);
    }

    [Theory]
    [Trait("Case", "5.2.2")]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("Accept", "application/json, text/event-stream;q=0.9")]
    [InlineData("Cache-Control", "no-cache")]
    [InlineData("Last-Event-ID", "41")]
    [InlineData("Authorization", "Bearer for-the-upstream")]
    [InlineData("Cookie", "a=1; b=2; c=\"x\"")]
    [InlineData("User-Agent", "curl/8.0 (any; thing)")]
    [InlineData("Content-Language", "de")]
    [InlineData("If-None-Match", "\"v1\"")]
    [InlineData("Range", "bytes=0-5")]
    [InlineData("Mcp-Session-Id", "s1")]
    [InlineData("X-Empty", "")]
    public async Task End_to_end_header_passes_unchanged(string name, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        Assert.Equal([value], (await ForwardAsync(upstream, gateway, "GET", "/any", $"{name}: {value}")).Values(name));
    }

    [Fact]
    [Trait("Case", "5.2.2")]
    public async Task Repeated_header_keeps_all_its_values_in_order()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var request = await ForwardAsync(upstream, gateway, "GET", "/any", "X-Test: a, b", "X-Test: c, d");

        // One line or two: RFC 9110 5.3 makes them the same.
        Assert.Equal(["a", "b", "c", "d"], request.Members("X-Test"));
    }

    [Theory]
    [Trait("Case", "5.2.3")]
    [InlineData("\u00e2\u0080\u00a6")]
    [InlineData("\u00e9")]
    [InlineData("\u00ff\u00fe\u0080")]
    public async Task Header_value_of_any_bytes_passes_or_is_refused_but_is_never_altered(string wire)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/any", [$"X-T: {wire}"]);

        var answered = client.ReadResponseAsync();
        var arrived = upstream.NextAsync();
        if (await Task.WhenAny(answered, arrived) == answered)
        {
            Assert.Equal(400, (await answered).Status);
            Assert.Equal(0, upstream.RequestCount);
            return;
        }
        Assert.Equal(wire, (await arrived).Request.Value("X-T"));
    }

    [Theory]
    [Trait("Case", "4.4.7")]
    [Trait("Case", "4.4.8")]
    [Trait("Case", "4.4.11")]
    [InlineData("\u2026")]
    [InlineData("\u00e9-\U0001F600")]
    [InlineData("a<b>\"c\",d;e=f")]
    [InlineData("%0d%0aX-Evil: 1")]
    public async Task Last_event_id_reaches_the_upstream_byte_for_byte(string id)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var request = await ForwardAsync(upstream, gateway, "GET", "/events", "Accept: text/event-stream", $"Last-Event-ID: {Bytes.Text(Bytes.Utf8(id))}");

        Assert.Equal([Bytes.Text(Bytes.Utf8(id))], request.Values("Last-Event-ID"));
        Assert.False(request.Has("X-Evil"));
    }

    [Theory]
    [Trait("Case", "4.4.11")]
    [InlineData(255)]
    [InlineData(4096)]
    public async Task Long_last_event_id_passes(int length)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var id = new string('a', length);

        Assert.Equal([id], (await ForwardAsync(upstream, gateway, "GET", "/events", $"Last-Event-ID: {id}")).Values("Last-Event-ID"));
    }

    [Fact]
    [Trait("Case", "5.2.4")]
    public async Task Hop_by_hop_headers_and_those_named_in_connection_stay_here()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var request = await ForwardAsync(
            upstream, gateway, "GET", "/any",
            "Connection: x-hop, x-other", "Connection: X-Hop-2", "X-Hop: 1", "x-hop-2: 2", "X-Hop-3: stays",
            "Keep-Alive: timeout=5", "TE: trailers", "Proxy-Connection: keep-alive", "Trailer: x-sum");

        Assert.Equal("stays", request.Value("X-Hop-3"));
        foreach (var name in new[] { "X-Hop", "X-Hop-2", "Keep-Alive", "TE", "Proxy-Connection" }) Assert.Equal([], request.Values(name));
        Assert.DoesNotContain(request.Members("Connection"), m => m.StartsWith("x-hop", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Kestrel replaces the whole value of a Connection field that holds one of these options, and with it the other names.</summary>
    [Theory]
    [Trait("Case", "5.2.4")]
    [InlineData("keep-alive, x-hop")]
    [InlineData("x-hop, keep-alive")]
    [InlineData("close, x-hop")]
    [InlineData("Keep-Alive,X-HOP")]
    [InlineData("keep-alive, x-hop\r\nConnection: x-other")]
    public async Task Header_named_in_connection_beside_a_known_option_stays_here(string connection)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var request = await ForwardAsync(upstream, gateway, "GET", "/any", $"Connection: {connection}", "X-Hop: 1", "X-Stays: 1");

        Assert.Equal([], request.Values("X-Hop"));
        Assert.Equal(["1"], request.Values("X-Stays"));
    }

    [Fact]
    [Trait("Case", "5.2.4")]
    public async Task Framing_cannot_be_named_away_in_connection()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(gateway.Head("POST", "/any", "Connection: content-length, host", "Content-Length: 4") + "body");
        var exchange = await upstream.NextAsync();

        await exchange.ExpectBodyAsync("body");

        Assert.True(exchange.Request.Has("Host"));
        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal("ok", await (await client.ReadResponseAsync()).ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "5.2.5")]
    public async Task Upstream_learns_the_client_address_from_the_gateway_and_not_from_the_client()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        var request = await ForwardAsync(upstream, gateway, "GET", "/any", "X-Forwarded-For: 6.6.6.6");

        Assert.Equal("127.0.0.1", request.Members("X-Forwarded-For")[^1]);
        Assert.DoesNotContain("6.6.6.6", request.Members("X-Forwarded-For"));
    }

    [Fact]
    [Trait("Case", "5.2.9")]
    public async Task Head_request_on_a_stream_gets_the_head_and_is_over()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("HEAD", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        Assert.Equal("HEAD", exchange.Request.Method);
        await exchange.StartStreamAsync();
        exchange.Finish();

        var response = await client.ReadResponseAsync(toHead: true);

        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        await client.SendAsync(gateway.Head("GET", "/next"));
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "next");
        Assert.Equal("next", await (await client.ReadResponseAsync()).ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "5.2.10")]
    [Trait("Case", "8.2.7")]
    public async Task Options_that_is_no_preflight_is_the_upstreams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Cors:Origins:0=https://app.example");
        using var client = await gateway.BeginAsync("OPTIONS", "/events");

        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "", "Allow: GET, OPTIONS");

        var response = await client.ReadResponseAsync();
        Assert.Equal((200, "GET, OPTIONS"), (response.Status, response.Head.Value("Allow")));
    }

    [Fact]
    [Trait("Case", "5.2.7")]
    public async Task Body_behind_expect_continue_arrives()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(gateway.Head("POST", "/any", "Expect: 100-continue", "Content-Length: 4"));
        var answered = client.ReadResponseAsync();
        await client.SendAsync("body");
        var exchange = await upstream.NextAsync();
        if (exchange.Request.Has("Expect")) await exchange.SendRawAsync("HTTP/1.1 100 Continue\r\n\r\n");

        await exchange.ExpectBodyAsync("body");

        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal(200, (await answered).Status);
    }

    [Fact]
    [Trait("Case", "5.2.8")]
    public async Task Clients_of_the_same_url_never_share_an_answer()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (first, one) = await gateway.OpenStreamAsync(upstream, "/events?room=1");
        var (second, two) = await gateway.OpenStreamAsync(upstream, "/events?room=1");
        using var a = one;
        using var b = two;

        await first.SendAsync("data: for one\n\n");
        await second.SendAsync("data: for two\n\n");
        await first.EndAsync();
        await second.EndAsync();
        await one.ExpectEndAsync("data: for one\n\n", BodyEnding.Clean);
        await two.ExpectEndAsync("data: for two\n\n", BodyEnding.Clean);

        var (third, three) = await gateway.OpenStreamAsync(upstream, "/events?room=1");
        using var c = three;
        await third.SendAsync("data: for three\n\n");
        await three.ExpectAsync("data: for three\n\n");
        Assert.Equal(3, upstream.RequestCount);
    }

    /// <summary>Sends a request and gives its head as the upstream received it.</summary>
    private static async Task<MessageHead> ForwardAsync(
        ScriptedUpstream upstream, GatewayUnderTest gateway, string method, string target, params string[] fields)
    {
        using var client = await gateway.BeginAsync(method, target, fields);
        var exchange = await upstream.NextAsync();
        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return exchange.Request;
    }

    [Theory]
    [InlineData("GET /events HTTP/1.1\r\nHost:\r\n", false)]
    [InlineData("GET /events HTTP/1.1\r\nHost:  \r\n", false)]
    [InlineData("GET /events HTTP/1.0\r\n", false)]
    [InlineData("GET /events HTTP/1.0\r\nHost: \r\n", false)]
    [InlineData("GET /events HTTP/1.1\r\nHost:\r\n", true)]
    [InlineData("GET /events HTTP/1.1\r\nHost:\r\n", false, "ReverseProxy:Routes:upstream:Transforms:0:RequestHeaderOriginalHost=true")]
    [InlineData("GET /events HTTP/1.1\r\nHost:\r\n", true, "ReverseProxy:Routes:upstream:Transforms:0:RequestHeaderOriginalHost=true")]
    public async Task Request_without_a_host_has_one_upstream(string head, bool shared, string? setting = null)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [$"SseGateway:Sharing:Enabled={shared}", .. setting is null ? Array.Empty<string>() : [setting]]);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(head + "Accept: text/event-stream\r\n\r\n");
        var exchange = await upstream.NextAsync();
        Assert.Equal([new Uri(upstream.Url).Authority], exchange.Request.Values("Host"));
    }
}
