using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>An ordinary endpoint without TLS takes HTTP/1.1 and, from who begins with its preface, HTTP/2.</summary>
public sealed class PrefaceTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_versions_have_streams_on_one_endpoint(bool shared)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Sharing:Enabled={shared}");
        var (exchange, old) = await gateway.OpenStreamAsync(upstream, "/events?1");
        using var first = old;
        using var client = gateway.CreateHttp2Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events?2")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Accept", "text/event-stream");
        var asking = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var other = await upstream.NextAsync();
        await other.StartStreamAsync();
        using var response = await Deadline.ForAsync(asking);

        await exchange.SendAsync("data: one\n\n");
        await other.SendAsync("data: two\n\n");

        await old.ExpectAsync("data: one\n\n");
        Assert.Equal(HttpVersion.Version20, response.Version);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("data: two", await Deadline.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(17)]
    public async Task The_preface_may_come_in_pieces(int size)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await ConnectAsync(gateway);
        foreach (var piece in Preface.Chunk(size))
        {
            await client.SendAsync(Bytes.Of(new string(piece)).AsMemory(), SocketFlags.None, TestContext.Current.CancellationToken);

            // Whoever has answered another connection meanwhile has most likely read this one.
            using var other = await gateway.ConnectAsync();
            await other.SendAsync("GET\r\n\r\n");
            Assert.Equal(400, (await other.ReadResponseAsync()).Status);
        }

        Assert.Equal(Http2FrameType.Settings, (Http2FrameType)(await ReadAsync(client, 9))[3]);
    }

    [Theory]
    [InlineData("PRI * HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("P\r\n\r\n")]
    public async Task What_only_begins_like_it_is_a_request_of_the_older_version(string bytes)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();

        await client.SendAsync(bytes);

        Assert.InRange((await client.ReadResponseAsync()).Status, 200, 499);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PRI * HTTP/2.0\r")]
    public async Task Who_does_not_say_enough_is_let_go(string bytes)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            // Kestrel's heart beats once a second.
            kestrel.Limits.KeepAliveTimeout = bytes.Length == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        }));
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(bytes);

        await client.WaitForCloseAsync();

        Assert.DoesNotContain(
            gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_that_stops_waits_for_nobody_who_says_nothing()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.PostConfigure<Microsoft.Extensions.Hosting.HostOptions>(
            host => host.ShutdownTimeout = 10 * Deadline.Limit));
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        using var silent = await gateway.ConnectAsync();
        using var partly = await gateway.ConnectAsync();
        await partly.SendAsync("PRI");
        (await gateway.SendAsync("GET", "/any")).Dispose();

        await Deadline.ForAsync(gateway.BeginStop(CancellationToken.None), "the gateway to stop");

        await silent.WaitForCloseAsync();
    }

    [Fact]
    public async Task A_connection_counts_once()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.PostConfigure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MaxConcurrentConnections = 2));
        using var first = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        Assert.NotNull(await first.ReadToAsync(frame => frame.Type == Http2FrameType.Settings));
        using var second = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        Assert.NotNull(await second.ReadToAsync(frame => frame.Type == Http2FrameType.Settings));

        using var third = await gateway.ConnectAsync();
        await third.WaitForCloseAsync();
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task The_scheme_that_a_balancer_passes_on_is_no_error_and_not_believed(string scheme)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);

        await client.SendAsync(RawHttp2Client.Headers(1, "GET", "/events", endStream: true, scheme, []));

        Assert.Equal(["http"], (await upstream.NextAsync()).Request.Values("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task An_endpoint_of_the_older_version_alone_stays_one()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "Kestrel:EndpointDefaults:Protocols=Http1");
        using var client = await gateway.ConnectAsync();

        await client.SendAsync(Preface);

        // Kestrel says so in HTTP/2, with a GOAWAY, or closes.
        await client.WaitForCloseAsync();
        Assert.Equal(0, upstream.RequestCount);
    }

    private static async Task<Socket> ConnectAsync(GatewayUnderTest gateway)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await Deadline.ForAsync(socket.ConnectAsync(gateway.EndPoint), "a connection");
        return socket;
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int bytes)
    {
        await using var stream = new NetworkStream(socket);
        var read = new byte[bytes];
        await Deadline.ForAsync(stream.ReadExactlyAsync(read).AsTask(), "bytes");
        return read;
    }
}
