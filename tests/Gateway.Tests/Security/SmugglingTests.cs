using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Bytes that two HTTP parsers may read in two ways: catalogue 11.2.1-11.2.4, 11.2.6, 11.2.8.</summary>
public sealed class SmugglingTests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    [Theory]
    [Trait("Case", "11.2.2")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5", "abcd")]
    [InlineData("Content-Length: 5, 5", "abcde")]
    [InlineData("Content-Length: 0x5", "abcde")]
    [InlineData("Content-Length: -1", "abcde")]
    [InlineData("Content-Length: +5", "abcde")]
    [InlineData("Content-Length: 5\u00a0", "abcde")]
    [InlineData("Transfer-Encoding: xchunked", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity", "abc")]
    [InlineData("Transfer-Encoding: \u000bchunked", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n")]
    public async Task Request_without_one_clear_length_is_refused_and_the_connection_closed(string length, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendWhatIsTakenAsync($"POST /a HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n{length}\r\n\r\n{body}{Smuggled}");

        await ExpectRefusalAsync(client, 400, 411, 501);
        await client.WaitForCloseAsync();
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [Trait("Case", "11.2.2")]
    [InlineData("Transfer-Encoding:  chunked")]
    [InlineData("Transfer-Encoding:\tchunked")]
    [InlineData("Transfer-Encoding: chunked \t")]
    public async Task White_space_around_the_coding_is_none_of_it(string coding)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendAsync(gateway.Head("POST", "/a", coding) + "3\r\nabc\r\n0\r\n\r\n" + gateway.Head("GET", "/b"));

        var first = await upstream.NextAsync();
        Assert.Equal("abc", Bytes.Text((await first.ReadBodyToEndAsync()).Body));
        await first.AnswerAsync(200, "text/plain", "a");
        Assert.Equal("a", await (await client.ReadResponseAsync()).ReadTextAsync());
        var second = await upstream.NextAsync();
        Assert.Equal("/b", second.Request.Target);
        await second.AnswerAsync(200, "text/plain", "b");
        Assert.Equal("b", await (await client.ReadResponseAsync()).ReadTextAsync());
    }

    [Theory]
    [Trait("Case", "11.2.2")]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0")]
    public async Task Chunking_beside_a_length_never_lets_a_second_request_through(string lengths)
    {
        await using var upstream = ScriptedUpstream.Start();
        var targets = new List<string>();
        upstream.Serve(async exchange =>
        {
            lock (targets) targets.Add(exchange.Request.Target);
            await exchange.ReadBodyToEndAsync();
            await exchange.AnswerAsync(200, "text/plain", "ok");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendWhatIsTakenAsync($"POST /a HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n{lengths}\r\n\r\n0\r\n\r\n{Smuggled}");

        // RFC 9112 6.1: refuse it, or read it as chunked and close, so that nothing behind it is taken for a request.
        await client.WaitForCloseAsync();
        lock (targets) Assert.DoesNotContain("/smuggled", targets);
    }

    [Theory]
    [Trait("Case", "11.2.3")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\nabc\r\n0\r\n\r\n")]
    [InlineData("3;a=\nb\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\r\nabcdef\r\n0\r\n\r\n")]
    [InlineData("-3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("0x3\r\nabc\r\n0\r\n\r\n")]
    public async Task Broken_chunking_of_a_request_is_refused_and_never_completes_a_body(string chunks)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendWhatIsTakenAsync(gateway.Head("POST", "/a", "Transfer-Encoding: chunked") + chunks + Smuggled);

        await ExpectRefusalAsync(client, 400);
        await client.WaitForCloseAsync();
        Assert.True(upstream.RequestCount <= 1);
        if (upstream.RequestCount == 1) Assert.NotEqual(BodyEnding.Clean, (await (await upstream.NextAsync()).ReadBodyToEndAsync()).Ending);
    }

    [Theory]
    [Trait("Case", "11.2.4")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX-A : 1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n folded\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX-A: 1\rX-Evil: 1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX-A: a\0b\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET http://other.example/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h/x\r\n\r\n")]
    [InlineData("GET /a\rX-Evil: HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a?x=\rGET HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a\u001bb HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /a\u007fb HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /caf\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n")]
    public async Task Malformed_head_is_refused(string head)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendWhatIsTakenAsync(head);

        await ExpectRefusalAsync(client, 400, 505);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [Trait("Case", "11.2.1")]
    [InlineData("/a%0d%0aX-Evil:%201", "X-A: 1")]
    [InlineData("/a?x=%0d%0aX-Evil:%201", "X-A: 1")]
    [InlineData("/a", "Origin: https://app.example%0d%0aX-Evil: 1")]
    [InlineData("/a", "Last-Event-ID: %0d%0aX-Evil: 1")]
    [InlineData("/a", "X-Request-Id: %0d%0aX-Evil: 1")]
    public async Task Encoded_line_ends_never_become_a_header(string target, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Cors:Origins:0=https://app.example");
        using var client = await gateway.BeginAsync("GET", target, [field, "Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();

        Assert.False(exchange.Request.Has("X-Evil"));
        Assert.False(response.Head.Has("X-Evil"));
    }

    [Theory]
    [Trait("Case", "11.2.6")]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task Second_answer_behind_the_first_is_never_given_to_the_next_client(string contentType)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var first = await gateway.BeginAsync("GET", "/first");
        var exchange = await upstream.NextAsync();
        await exchange.SendRawAsync(
            $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: 5\r\n\r\nfirst"
            + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\npoisoned");
        Assert.Equal("first", await (await first.ReadResponseAsync()).ReadTextAsync());
        exchange.Finish();

        using var second = await gateway.BeginAsync("GET", "/second");
        var next = await upstream.NextAsync();
        Assert.NotEqual(exchange.Connection, next.Connection);
        await next.AnswerAsync(200, "text/plain", "second");

        Assert.Equal("second", await (await second.ReadResponseAsync()).ReadTextAsync());
    }

    [Theory]
    [Trait("Case", "11.2.8")]
    [InlineData("field")]
    [InlineData("fields")]
    [InlineData("target")]
    public async Task Oversized_head_is_refused_and_the_next_request_works(string what)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendWhatIsTakenAsync(what switch
        {
            "field" => gateway.Head("GET", "/a", $"X-Big: {new string('b', 64 * 1024)}"),
            "fields" => gateway.Head("GET", "/a", [.. Enumerable.Range(0, 1000).Select(i => $"X-{i}: 1")]),
            _ => gateway.Head("GET", "/" + new string('a', 64 * 1024)),
        });

        await ExpectRefusalAsync(client, 400, 414, 431);
        using var next = await gateway.BeginAsync("GET", "/next");
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "next");
        Assert.Equal("next", await (await next.ReadResponseAsync()).ReadTextAsync());
        Assert.Equal(1, upstream.RequestCount);
    }

    private static async Task ExpectRefusalAsync(RawClient client, params int[] statuses)
    {
        // A reset that overtakes the answer (bytes of ours were left unread) is a refusal too.
        if (await client.TryReadResponseAsync() is not { } response) return;
        Assert.Contains(response.Status, statuses);
        await response.ReadToEndAsync();
    }
}
