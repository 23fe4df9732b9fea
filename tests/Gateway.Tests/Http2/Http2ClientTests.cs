using System.Globalization;
using System.Net;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>Clients that speak HTTP/2 (without TLS): catalogue 7.2.1, 7.2.7, 7.3.6, 7.4.3, 7.4.6, 7.4.7.</summary>
public sealed class Http2ClientTests
{
    [Fact]
    [Trait("Case", "7.2.1")]
    [Trait("Case", "7.3.6")]
    public async Task Head_comes_at_once_and_is_clean()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var asking = OpenAsync(client);
        var exchange = await upstream.NextAsync();
        Assert.Equal("HTTP/1.1", exchange.Request.StartLine.Split(' ')[2]);

        await exchange.StartStreamAsync("Connection: keep-alive, x-hop", "Keep-Alive: timeout=5", "X-Hop: 1", "Upgrade: h2c", "X-Stays: 1");

        using var response = await asking;
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        var names = response.Headers.NonValidated.Select(h => h.Key).Concat(response.Content.Headers.NonValidated.Select(h => h.Key)).ToArray();
        Assert.Contains("X-Stays", names, StringComparer.OrdinalIgnoreCase);
        foreach (var name in new[] { "Connection", "Keep-Alive", "Transfer-Encoding", "Proxy-Connection", "Upgrade", "X-Hop" })
        {
            Assert.DoesNotContain(name, names, StringComparer.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Case", "7.2.7")]
    public async Task Hundred_events_arrive_each_before_the_next_is_sent_and_the_end_is_clean()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var (exchange, stream) = await OpenStreamAsync(upstream, client);

        await InLockstepAsync(exchange, stream, 100);
        await exchange.EndAsync();

        Assert.Equal(0, await ReadAsync(stream));
    }

    [Theory]
    [Trait("Case", "7.4.7")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_or_reset_upstream_is_a_stream_reset(bool byReset)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var (other, otherStream) = await OpenStreamAsync(upstream, client);
        var (exchange, stream) = await OpenStreamAsync(upstream, client);
        await InLockstepAsync(exchange, stream, 1);

        if (byReset) exchange.Reset();
        else exchange.Cut();

        // A reset of this stream alone: the connection and its other stream live on.
        var reset = await Assert.ThrowsAsync<HttpProtocolException>(() => ReadAsync(stream));
        Assert.NotEqual(0, reset.ErrorCode);
        await InLockstepAsync(other, otherStream, 3);
    }

    /// <summary>By frames: .NET's own client throws away what it has of a stream that is reset.</summary>
    [Fact]
    [Trait("Case", "7.4.7")]
    public async Task What_came_right_before_the_cut_comes_before_the_reset()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        for (var stream = 1; stream < 40; stream += 2)
        {
            await client.GetAsync(stream, "/events");
            var exchange = await upstream.NextAsync();
            await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
            exchange.Cut();

            var first = await client.ReadToAsync(frame => frame.Type is Http2FrameType.Data or Http2FrameType.RstStream);
            Assert.Equal((Http2FrameType.Data, "data: 1\n\n"), (first!.Type, Bytes.Text(first.Payload)));
            Assert.NotNull(await client.ReadToAsync(frame => frame.Type == Http2FrameType.RstStream));
        }
    }

    [Fact]
    [Trait("Case", "7.4.3")]
    public async Task Cancelled_stream_closes_its_upstream_and_no_other()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var (other, otherStream) = await OpenStreamAsync(upstream, client);
        var (idle, idleStream) = await OpenStreamAsync(upstream, client);

        await idleStream.DisposeAsync();

        await idle.WaitForPeerCloseAsync();
        await InLockstepAsync(other, otherStream, 10);
    }

    [Fact]
    [Trait("Case", "7.4.4")]
    public async Task Stream_cancelled_before_the_head_closes_its_upstream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        using var cancel = new CancellationTokenSource();
        var asking = OpenUntilCancelledAsync(client, cancel.Token);
        var exchange = await upstream.NextAsync();

        await cancel.CancelAsync();

        await exchange.WaitForPeerCloseAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    [Trait("Case", "7.4.3")]
    public async Task Dropped_connection_closes_the_upstream_of_each_of_its_streams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var (first, firstStream) = await OpenStreamAsync(upstream, client);
        var (second, _) = await OpenStreamAsync(upstream, client);
        await InLockstepAsync(first, firstStream, 1);

        client.Drop();

        await first.WaitForPeerCloseAsync();
        await second.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "7.1.1")]
    public async Task Reference_body_passes_unchanged()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        var (exchange, stream) = await OpenStreamAsync(upstream, client);
        var body = Encoding.UTF8.GetBytes("\ufeff:ok\r\nretry: 1200\nid: 1\r\ndata: h\u00e9llo\r\n\r\nevent: add\rdata: a\rdata:\r\rid\ndata:  two\n\n");

        foreach (var piece in body.Chunk(3)) await exchange.SendAsync(piece);
        await exchange.EndAsync();

        using var received = new MemoryStream();
        await Deadline.ForAsync(stream.CopyToAsync(received, TestContext.Current.CancellationToken));
        Assert.Equal(body, received.ToArray());
    }

    [Fact]
    [Trait("Case", "6.1.1")]
    public async Task Posted_request_gets_its_events_in_lockstep()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("{}"),
        };
        var asking = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("{}");
        await exchange.StartStreamAsync();
        using var response = await Deadline.ForAsync(asking);

        await InLockstepAsync(exchange, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), 20);
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpClient client) => OpenUntilCancelledAsync(client, TestContext.Current.CancellationToken);

    private static Task<HttpResponseMessage> OpenUntilCancelledAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Get, "/events")
        { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("Accept", "text/event-stream");
        return Deadline.ForAsync(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), "the head at the HTTP/2 client");
    }

    private static async Task<(UpstreamExchange Exchange, Stream Stream)> OpenStreamAsync(ScriptedUpstream upstream, HttpClient client)
    {
        var asking = OpenAsync(client);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (exchange, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static async Task InLockstepAsync(UpstreamExchange exchange, Stream stream, int steps)
    {
        var buffer = new byte[64];
        for (var i = 0; i < steps; i++)
        {
            var text = $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n";
            await exchange.SendAsync(text);
            var expected = buffer.AsMemory(0, text.Length);
            await Deadline.ForAsync(
                async token =>
                {
                    await stream.ReadExactlyAsync(expected, token);
                    return true;
                },
                $"event {text} at the HTTP/2 client");
            Assert.Equal(text, Bytes.Text(expected.Span));
        }
    }

    private static Task<int> ReadAsync(Stream stream)
        => Deadline.ForAsync(token => stream.ReadAsync(new byte[64], token), "the end of the stream at the HTTP/2 client");
}
