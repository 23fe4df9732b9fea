using System.Net;
using Gateway.Tests.Running;
using Gateway.Tests.Tls;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Configuration;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>A service with TLS: whose certificate is good, and what is said of one that is not.</summary>
public sealed class UpstreamCertificateTests : IDisposable
{
    private readonly OwnCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task One_that_nobody_knows_is_named_in_a_line_that_says_what_to_do()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var service = await GatewayUnderTest.StartAsync(upstream, _certificate.Endpoint);
        await using var gateway = await GatewayUnderTest.StartAsync($"https://localhost:{service.Address.Port}");

        using var answer = await gateway.OpenAsync();

        Assert.Equal(502, answer.Status);
        await ExpectAsync(gateway, "/events: the upstream's certificate is issued by nobody that is trusted (CN=", "by --upstream-ca");
    }

    [Fact]
    public async Task One_of_an_authority_that_was_named_is_good_for_its_names_alone()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var service = await GatewayUnderTest.StartAsync(upstream, _certificate.Endpoint);
        var authority = "SseGateway:UpstreamCaFile=" + TemporaryFile.Write(_certificate.Pem);
        await using var gateway = await GatewayUnderTest.StartAsync($"https://localhost:{service.Address.Port}", authority);
        var (exchange, stream) = await gateway.OpenStreamAsync(upstream);
        await exchange.EndAsync();
        stream.Dispose();
        await using var other = await AddressRaceTests.StartAsync(
            $"https://other.test:{service.Address.Port}", new Names { ["other.test"] = [IPAddress.Loopback] }, authority);

        using var answer = await other.OpenAsync();

        Assert.Equal(502, answer.Status);
        await ExpectAsync(other, "/events: the upstream's certificate is for other names: localhost");
    }

    [Theory]
    [InlineData("/nonexistent.pem", "cannot be read")]
    [InlineData("none", "holds no certificate")]
    public void A_file_without_one_is_an_error_at_the_start(string file, string message)
    {
        var path = file == "none" ? TemporaryFile.Write("none") : file;

        var wrong = Assert.Throws<StartupErrorsException>(
            () => SseGateway.GatewayApp.Build(["--upstream", "https://localhost:9", "--upstream-ca", path]));

        Assert.StartsWith("--upstream-ca (SseGateway:UpstreamCaFile): " + message, Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    private static Task ExpectAsync(GatewayUnderTest gateway, params string[] parts) => Deadline.UntilAsync(
        () => gateway.Log.Lines.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))), string.Join(" … ", parts));
}
