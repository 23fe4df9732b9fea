using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Frames that no HTTP/2 client sends: catalogue 11.2.5, 11.2.11.</summary>
public sealed class Http2AttackTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    // What is malformed in HTTP/2 could be two requests in HTTP/1.1, which is what the upstream speaks.
    [Theory]
    [Trait("Case", "11.2.5")]
    [InlineData("/a", "x-a", "1\r\nx-evil: 1")]
    [InlineData("/a", "x-a", "1\nx-evil: 1")]
    [InlineData("/a", "x-a", "1\rx-evil: 1")]
    [InlineData("/a", "x-a", "a\0b")]
    [InlineData("/a", "x-a\r\nx-evil", "1")]
    [InlineData("/a", "x-a: 1\r\nx-evil", "1")]
    [InlineData("/a", "x a", "1")]
    [InlineData("/a", "x-a:", "1")]
    [InlineData("/a", "X-Upper", "1")]
    [InlineData("/a", "cookie", "a=1\r\nx-evil: 1")]
    [InlineData("/a", "last-event-id", "1\r\nx-evil: 1")]
    [InlineData("/a", "transfer-encoding", "chunked")]
    [InlineData("/a", "connection", "keep-alive")]
    [InlineData("/a", "upgrade", "h2c")]
    [InlineData("/a", "te", "gzip")]
    [InlineData("/a", ":path", "/b")]
    [InlineData("/a", ":status", "200")]
    [InlineData("/a", ":method", "POST")]
    [InlineData("/a", "keep-alive", "timeout=5")]
    [InlineData("/a", "proxy-connection", "keep-alive")]
    [InlineData("/a b", "x-a", "1")]
    [InlineData("/a HTTP/1.1\r\nx-evil: 1\r\n\r\n", "x-a", "1")]
    [InlineData("/a\rb", "x-a", "1")]
    [InlineData("/a\tb", "x-a", "1")]
    [InlineData("/a?b=c d", "x-a", "1")]
    [InlineData("a", "x-a", "1")]
    [InlineData("", "x-a", "1")]
    [InlineData("http://other/a", "x-a", "1")]
    public async Task Malformed_request_ends_at_the_gateway(string path, string name, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendAsync(RawHttp2Client.Headers(1, "GET", path, endStream: true, (name, value)));

        // An error of the stream, of the connection, or an answer before it: RFC 9113 section 8.1.1 allows each.
        Assert.NotNull(await client.ReadToAsync(frame => frame is { Stream: 1 } or { Type: Http2FrameType.GoAway }));
        await ExpectServiceAsync(gateway);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [Trait("Case", "11.2.5")]
    [InlineData("5", "abc", true)]
    [InlineData("5", "abcdefgh", true)]
    [InlineData("5", "abcdefgh", false)]
    [InlineData("5", "", true)]
    [InlineData("5, 5", "abcde", true)]
    [InlineData("-5", "abcde", true)]
    [InlineData("0x5", "abcde", true)]
    public async Task Length_that_is_not_that_of_the_data_never_completes_a_body(string length, string data, bool ends)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendAsync(RawHttp2Client.Headers(1, "POST", "/a", endStream: false, ("content-length", length)));
        await client.SendAsync(new Http2Frame(Http2FrameType.Data, 1, Bytes.Exactly(data), ends ? Http2Frame.EndStream : (byte)0));

        Assert.NotNull(await client.ReadToAsync(frame => frame is { Type: Http2FrameType.RstStream, Stream: 1 } or { Type: Http2FrameType.GoAway }));

        // Bodies are not held back, so the upstream may have seen the head; what it must not see is a whole request.
        using var next = gateway.CreateHttp2Client();
        var answered = next.GetAsync(new Uri("/next", UriKind.Relative), Test);
        UpstreamExchange exchange;
        while ((exchange = await upstream.NextAsync()).Request.Target != "/next")
        {
            Assert.NotEqual(BodyEnding.Clean, (await exchange.ReadBodyToEndAsync()).Ending);
        }
        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal(HttpStatusCode.OK, (await Deadline.ForAsync(answered)).StatusCode);
    }

    [Fact]
    [Trait("Case", "11.2.11")]
    public async Task Connection_has_a_hundred_requests_at_the_upstream_at_most()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.Request.Target == "/next" ? exchange.AnswerAsync(200, "text/plain", "ok") : exchange.WaitForPeerCloseAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendWhatIsTakenAsync(Enumerable.Range(0, 150).Select(i => RawHttp2Client.Headers(2 * i + 1, "GET", "/a", endStream: true)));

        // The last one is refused, so all before it have been let in or refused too.
        Assert.NotNull(await client.ReadToAsync(frame => frame is { Type: Http2FrameType.RstStream, Stream: 299 }));
        await Deadline.UntilAsync(() => upstream.RequestCount == 100, "a hundred requests at the upstream");
        await ExpectServiceAsync(gateway);
        Assert.Equal(101, upstream.RequestCount);
    }

    // CVE-2023-44487: what is cancelled no longer counts as open, but its work must end, too.
    [Fact]
    [Trait("Case", "11.2.11")]
    public async Task Streams_that_are_cancelled_as_fast_as_they_are_opened_do_not_pile_up()
    {
        await using var upstream = ScriptedUpstream.Start();
        var waiting = 0;
        var most = 0;
        upstream.Serve(async exchange =>
        {
            if (exchange.Request.Target == "/next")
            {
                await exchange.AnswerAsync(200, "text/plain", "ok");
                return;
            }
            InterlockedMax(ref most, Interlocked.Increment(ref waiting));
            await exchange.WaitForPeerCloseAsync();
            Interlocked.Decrement(ref waiting);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendWhatIsTakenAsync(Enumerable.Range(0, 1000).SelectMany(i => new[]
        {
            RawHttp2Client.Headers(2 * i + 1, "GET", "/a", endStream: true, ("accept", "text/event-stream")),
            Http2Frame.Cancel(2 * i + 1),
        }));

        await ExpectServiceAsync(gateway);
        await Deadline.UntilAsync(() => Volatile.Read(ref waiting) == 0 && gateway.Streams.Count == 0, "the cancelled requests to be gone");
        Assert.True(most <= 200, $"{most} requests at the upstream at once");
    }

    [Fact]
    [Trait("Case", "11.2.11")]
    public async Task Header_block_without_end_ends_the_connection()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        var part = FieldBlock.Write([("x-a", new string('a', 8000))]);

        await client.SendAsync(RawHttp2Client.Headers(1, "GET", "/a", endStream: true) with { Flags = Http2Frame.EndStream });
        var taken = await client.SendWhatIsTakenAsync(Enumerable.Repeat(new Http2Frame(Http2FrameType.Continuation, 1, part), 10_000));

        Assert.False(taken);
        await ExpectServiceAsync(gateway);
        Assert.Equal(1, upstream.RequestCount);
    }

    // A client that reads none of the answers: they must not be kept for it without end.
    [Theory]
    [Trait("Case", "11.2.11")]
    [InlineData(Http2FrameType.Ping, 8)]
    [InlineData(Http2FrameType.Settings, 0)]
    public async Task Flood_of_frames_that_are_answered_leaves_the_gateway_serving(object type, int length)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendWhatIsTakenAsync(Enumerable.Repeat(new Http2Frame((Http2FrameType)type, 0, new byte[length]), 10_000));

        await ExpectServiceAsync(gateway);
        Assert.Equal(1, upstream.RequestCount);
    }

    private static async Task ExpectServiceAsync(GatewayUnderTest gateway)
    {
        using var client = gateway.CreateHttp2Client();
        using var answer = await Deadline.ForAsync(client.GetAsync(new Uri("/next", UriKind.Relative), Test), "an answer to an ordinary client");
        Assert.Equal((HttpStatusCode.OK, "ok"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Test)));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }
}
