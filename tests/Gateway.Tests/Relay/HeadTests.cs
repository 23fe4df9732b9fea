using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry.Access;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>The head of a stream: catalogue 7.2.1, 7.2.8, 3.1, 3.3.1, 2.1.16, 7.5.3.</summary>
public sealed class HeadTests
{
    [Fact]
    [Trait("Case", "7.2.1")]
    public async Task Head_reaches_the_client_while_the_upstream_stays_silent()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();

        Assert.Equal(200, response.Status);
        Assert.Equal("text/event-stream", response.Head.Value("Content-Type"));
        await exchange.SendAsync("data: late\n\n");
        await response.ExpectAsync("data: late\n\n");
    }

    [Fact]
    [Trait("Case", "7.2.1")]
    public async Task Head_reaches_a_client_that_did_not_ask_for_a_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events");
        var exchange = await upstream.NextAsync();

        await exchange.StartStreamAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    /// <summary>The media type makes a stream, and not the one status by which EventSource goes.</summary>
    [Theory]
    [InlineData("POST", 201)]
    [InlineData("POST", 202)]
    [InlineData("GET", 201)]
    public async Task Head_of_a_stream_of_any_success_comes_at_once_and_the_stream_is_one(string method, int status)
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, "SseGateway:Heartbeat=15s");
        using var swept = await SweptTime.StartAsync(gateway, time);
        using var client = await gateway.BeginAsync(method, "/threads", ["Accept: text/event-stream"], method == "POST" ? "{}" : "");
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(status, "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Location: /threads/1");
        var response = await client.ReadResponseAsync();

        Assert.Equal((status, "/threads/1", "no"), (response.Status, response.Head.Value("Location"), response.Head.Value("X-Accel-Buffering")));
        await swept.OpenedAsync(1);
        await swept.PassAsync(16);
        await response.ExpectAsync(":\n");
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
    }

    [Fact]
    [Trait("Case", "7.2.8")]
    public async Task Event_in_the_same_packet_as_the_head_arrives_at_once()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n");

        var response = await client.ReadResponseAsync();
        await response.ExpectAsync("data: a\n\n");
        await exchange.SendAsync("data: b\n\n");
        await response.ExpectAsync("data: b\n\n");
    }

    [Fact]
    [Trait("Case", "7.2.8")]
    public async Task Event_in_the_same_packet_as_the_head_leaves_in_the_same_packet()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(gateway.EndPoint, TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.ASCII.GetBytes(gateway.Head("GET", "/events", "Accept: text/event-stream")), TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n");

        var buffer = new byte[4096];
        var read = await Deadline.ForAsync(token => client.ReceiveAsync(buffer, SocketFlags.None, token), "the head");
        Assert.EndsWith("\r\n\r\n9\r\ndata: a\n\n\r\n", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    /// <summary>What is written behind the head takes it along; here nothing is, and no heartbeat comes either.</summary>
    [Theory]
    [Trait("Case", "7.2.1")]
    [InlineData("9")]
    [InlineData("9;x=y\r\n")]
    public async Task Head_reaches_the_client_when_no_byte_of_the_body_has_come_with_it(string beginning)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Heartbeat=0");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + beginning);

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    /// <summary>A cut is the end of an answer; without its head it would be none at all.</summary>
    [Fact]
    public async Task Head_reaches_the_client_when_the_stream_ends_before_what_came_with_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.AddSingleton<IAccessLog>(new EndsAtOnce()));
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n");

        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        await response.ExpectEndAsync("", BodyEnding.Unclean);
    }

    [Theory]
    [Trait("Case", "3.2.1")]
    [InlineData("text/event-stream")]
    [InlineData("text/event-stream;")]
    [InlineData("text/event-stream; charset=utf-8")]
    [InlineData("Text/Event-Stream")]
    [InlineData("text/event-stream;charset=\"UTF-8\";x=y")]
    public async Task Every_form_of_the_media_type_is_a_stream(string contentType)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events");
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(200, $"Content-Type: {contentType}", "Transfer-Encoding: chunked");

        // Only a stream's head comes before its first byte.
        Assert.Equal(contentType, (await client.ReadResponseAsync()).Head.Value("Content-Type"));
    }

    [Theory]
    [Trait("Case", "3.3.1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 18\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", true)]
    public async Task Every_framing_of_the_upstream_is_relayed_in_lockstep_to_a_clean_end(string head, bool endsByClose)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync(head);
        var response = await client.ReadResponseAsync();
        await exchange.SendRawAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        await exchange.SendRawAsync("data: b\n\n");
        if (endsByClose) exchange.Cut();

        await response.ExpectEndAsync("data: b\n\n", BodyEnding.Clean);
    }

    [Fact]
    [Trait("Case", "2.1.16")]
    public async Task Extensions_sizes_and_trailers_of_the_upstream_chunks_never_reach_the_body()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendRawAsync("5;ext=\"a b\"\r\ndata:\r\n0005\r\n12345\r\nB\r\n67890abcdef\r\nb\r\nghijklmnopq\r\n2\r\n\n\n\r\n");
        await response.ExpectAsync("data:1234567890abcdefghijklmnopq\n\n");
        await exchange.SendRawAsync("0\r\nX-T: 1\r\n\r\n");

        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Fact]
    [Trait("Case", "3.1.11")]
    [Trait("Case", "7.5.3")]
    public async Task Interim_responses_leave_the_final_answer_intact()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendRawAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
        await exchange.StartStreamAsync();
        await exchange.SendAsync("data: a\n\n");

        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        Assert.False(response.Head.Has("Link"));
        await response.ExpectAsync("data: a\n\n");
    }

    private sealed class EndsAtOnce : IAccessLog
    {
        void IAccessLog.Opened(LiveStream stream) => stream.End(CloseReason.Slow);

        void IAccessLog.Closed(LiveStream stream)
        {
        }
    }
}
