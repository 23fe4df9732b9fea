using System.Security.Cryptography;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Tls;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Transport;

/// <summary>The socket writer below TLS: encrypted records take the same way as cleartext.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly OwnCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Events_arrive_in_lockstep_over_tls(string version)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = Client(gateway, version);
        var opening = client.GetStreamAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var reader = new StreamReader(await opening);
        for (var i = 0; i < 20; i++)
        {
            await exchange.SendAsync($"data: {i}\n\n");
            Assert.Equal($"data: {i}", await Deadline.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
            Assert.Equal("", await Deadline.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Large_body_arrives_whole_over_tls(string version)
    {
        var body = RandomNumberGenerator.GetHexString(4_000_000);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream);
        using var client = Client(gateway, version);
        var answer = client.GetByteArrayAsync(new Uri("/file", UriKind.Relative), TestContext.Current.CancellationToken);
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", body);

        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(body)), SHA256.HashData(await answer));
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream) => GatewayUnderTest.StartAsync(upstream, _certificate.Endpoint);

    private HttpClient Client(GatewayUnderTest gateway, string version) => new(new SocketsHttpHandler { SslOptions = _certificate.Trusted })
    {
        BaseAddress = gateway.Address,
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
