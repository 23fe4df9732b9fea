using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Serve;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary>TLS as a user sets it up: Kestrel's own section in the configuration file, with a certificate and its key as PEM files.</summary>
public sealed class TlsConfigurationTests : IDisposable
{
    private readonly X509Certificate2 _certificate = SelfSignedCertificate.Create();

    public void Dispose() => _certificate.Dispose();

    /// <summary>The client and the gateway agree on the protocol by ALPN; a client that has the choice gets HTTP/2.</summary>
    [Theory]
    [Trait("Case", "12.1.6")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact, "1.1")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact, "2.0")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    public async Task Streams_over_tls_are_in_lockstep_and_end_as_their_upstreams_do(string asked, HttpVersionPolicy policy, string expected)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.Start("--config", WriteConfiguration(upstream.Url));
        using var client = Client(await gateway.AddressAsync(), asked, policy);
        var (ending, response) = await OpenAsync(client, upstream);
        var (cut, cutResponse) = await OpenAsync(client, upstream);
        Assert.Equal(Version.Parse(expected), response.Version);

        await InLockstepAsync(ending, response);
        await InLockstepAsync(cut, cutResponse);
        await ending.EndAsync();
        cut.Cut();

        Assert.Equal(0, await ReadAsync(response));
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(cutResponse));
    }

    private string WriteConfiguration(string upstreamUrl) => TemporaryFile.Write(
        $$"""
        {
          "Kestrel": {
            "Endpoints": {
              "Https": {
                "Url": "https://127.0.0.1:0",
                "Certificate": {
                  "Path": {{JsonSerializer.Serialize(TemporaryFile.Write(_certificate.ExportCertificatePem()))}},
                  "KeyPath": {{JsonSerializer.Serialize(TemporaryFile.Write(_certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()))}}
                }
              }
            }
          },
          "ReverseProxy": {
            "Routes": { "events": { "ClusterId": "events", "Match": { "Path": "{**path}" } } },
            "Clusters": { "events": { "Destinations": { "one": { "Address": "{{upstreamUrl}}" } } } }
          }
        }
        """);

    private HttpClient Client(Uri address, string version, HttpVersionPolicy policy) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.Thumbprint,
        },
    })
    {
        BaseAddress = address,
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = policy,
    };

    private static async Task<(UpstreamExchange Exchange, HttpResponseMessage Response)> OpenAsync(HttpClient client, ScriptedUpstream upstream)
    {
        var asking = client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        return (exchange, await Deadline.ForAsync(asking));
    }

    private static async Task InLockstepAsync(UpstreamExchange exchange, HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            var text = $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n";
            await exchange.SendAsync(text);
            var buffer = new byte[text.Length];
            await Deadline.ForAsync(stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask(), text);
            Assert.Equal(text, Bytes.Text(buffer));
        }
    }

    private static async Task<int> ReadAsync(HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return await Deadline.ForAsync(token => stream.ReadAsync(new byte[64], token), "the end of the stream");
    }
}
