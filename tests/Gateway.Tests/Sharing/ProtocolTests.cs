using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Serve;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>However a client speaks to the gateway, it gets the same frames; and what is shared is only what nothing but the URL asks for.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task Http10_client_gets_the_frames_without_chunks()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, watcher) = await gateway.OpenStreamAsync(upstream);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync($"GET /events HTTP/1.0\r\nHost: {gateway.Address.Authority}\r\nAccept: text/event-stream\r\n\r\n");
        using var response = await client.ReadResponseAsync();
        Assert.False(response.Head.IsChunked);
        await exchange.SendAsync(Share.Events(1, 3));
        await response.ExpectAsync("live", Share.Events(1, 3));
        await watcher.ExpectAsync(Share.Events(1, 3));
        Assert.Equal(1, upstream.RequestCount);
        watcher.Dispose();
    }

    [Fact]
    public async Task Http2_clients_get_the_frames_from_the_log_and_live()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. GatewayUnderTest.Http2Endpoint]);
        using var client = gateway.CreateHttp2Client();
        await ExpectAsync(upstream, client, HttpVersion.Version20);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Tls_clients_get_the_frames_from_the_log_and_live(string version)
    {
        using var certificate = SelfSignedCertificate.Create();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Share.With(), "Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0",
                "Kestrel:Certificates:Default:Path=" + TemporaryFile.Write(certificate.ExportCertificatePem()),
                "Kestrel:Certificates:Default:KeyPath=" + TemporaryFile.Write(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            ]);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint },
        };
        using var client = new HttpClient(handler)
        {
            BaseAddress = gateway.Address,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await ExpectAsync(upstream, client, Version.Parse(version));
    }

    [Theory]
    [InlineData("POST", "text/event-stream")]
    [InlineData("PUT", "text/event-stream")]
    [InlineData("HEAD", "text/event-stream")]
    [InlineData("GET", "*/*")]
    public async Task Other_requests_have_an_upstream_of_their_own(string method, string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, shared) = await gateway.OpenStreamAsync(upstream);
        for (var i = 0; i < 2; i++)
        {
            using var client = await gateway.BeginAsync(method, "/events", [$"Accept: {accept}", "X-Mine: 1"]);
            var exchange = await upstream.NextAsync();
            Assert.Equal((method, "1"), (exchange.Request.Method, exchange.Request.Value("X-Mine")));
            if (method == "HEAD")
            {
                await exchange.SendHeadAsync(200, "Content-Type: text/event-stream");
                exchange.Finish();
            }
            else
            {
                await exchange.StartStreamAsync();
                await exchange.SendAsync("data: own\n\n");
            }
            using var response = await client.ReadResponseAsync(toHead: method == "HEAD");
            Assert.Equal((200, false), (response.Status, response.Head.Has("Sse-Resume")));
            if (method != "HEAD") await response.ExpectAsync("data: own\n\n");
        }
        shared.Dispose();
    }

    private static async Task ExpectAsync(ScriptedUpstream upstream, HttpClient client, Version version)
    {
        client.DefaultRequestHeaders.Add("Accept", "text/event-stream");
        var opening = client.GetAsync(Events(), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var live = await Deadline.ForAsync(opening);
        Assert.Equal((version, "live"), (live.Version, Assert.Single(live.Headers.GetValues("Sse-Resume"))));
        await exchange.SendAsync(Share.Events(1, 3));
        await ReadAsync(live, Share.Events(1, 3));

        using var request = new HttpRequestMessage(HttpMethod.Get, Events()) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("Last-Event-ID", "1");
        using var joined = await Deadline.ForAsync(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        Assert.Equal("exact", Assert.Single(joined.Headers.GetValues("Sse-Resume")));
        await exchange.SendAsync(Share.Event(4));
        await ReadAsync(joined, Share.Events(2, 4));

        // Larger than a TLS record or a DATA frame.
        var large = "id: 5\ndata: " + new string('x', 100_000) + "\n\n";
        await exchange.SendAsync(large);
        await ReadAsync(joined, large);
        Assert.Equal(1, upstream.RequestCount);
    }

    private static Uri Events() => new("/events", UriKind.Relative);

    private static async Task ReadAsync(HttpResponseMessage response, string expected)
    {
        var buffer = new byte[Encoding.UTF8.GetByteCount(expected)];
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await Deadline.ForAsync(stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer));
    }
}
