using Gateway.Tests.Running;
using Gateway.Tests.Tls;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Hosting;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>What the program says at its start of services that cannot be reached.</summary>
public sealed class UpstreamLookTests : IDisposable
{
    private readonly OwnCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Each_that_cannot_be_reached_is_a_line_that_says_why_and_the_others_are_none()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var secure = await GatewayUnderTest.StartAsync(upstream, _certificate.Endpoint);
        await using var plain = await GatewayUnderTest.StartAsync(upstream);
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
        [
            .. GatewayUnderTest.Route("good", "/good", upstream.Url),
            .. GatewayUnderTest.Route("refused", "/refused", "http://127.0.0.1:9"),
            .. GatewayUnderTest.Route("unknown", "/unknown", "http://nosuch.invalid:80"),
            .. GatewayUnderTest.Route("socket", "/socket", "unix:/nonexistent/service.sock"),
            .. GatewayUnderTest.Route("untrusted", "/untrusted", $"https://localhost:{secure.Address.Port}"),
            .. GatewayUnderTest.Route("plain", "/plain", $"https://{plain.Address.Authority}"),
        ]);

        await LookAsync(gateway);

        Assert.Equal(0, upstream.RequestCount);
        AssertSays(gateway, "refused", "Connection refused (127.0.0.1:");
        AssertSays(gateway, "unknown", "(nosuch.invalid");
        AssertSays(gateway, "socket", "No such socket (/nonexistent/service.sock)");
        AssertSays(gateway, "untrusted", "the upstream's certificate is issued by nobody that is trusted", "by --upstream-ca");
        AssertSays(gateway, "plain", $"No TLS with {plain.Address.Authority}, perhaps it is http://");
        Assert.Equal(5, Lines(gateway).Length);
    }

    [Fact]
    public async Task A_certificate_is_judged_as_requests_will()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var secure = await GatewayUnderTest.StartAsync(upstream, _certificate.Endpoint);
        var url = $"https://localhost:{secure.Address.Port}";
        foreach (var setting in new[]
        {
            "SseGateway:UpstreamCaFile=" + TemporaryFile.Write(_certificate.Pem),
            "SseGateway:PreserveHost=true",
            "ReverseProxy:Clusters:upstream:HttpClient:DangerousAcceptAnyServerCertificate=true",
        })
        {
            await using var gateway = await GatewayUnderTest.StartAsync(url, setting);
            await LookAsync(gateway);
            Assert.Empty(Lines(gateway));
        }
    }

    [Fact]
    public async Task Of_thousands_some_are_looked_at_and_one_address_once()
    {
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(Enumerable.Range(0, 200).SelectMany(
            i => GatewayUnderTest.Route($"r{i}", $"/{i}", i < 100 ? "http://127.0.0.1:9" : $"http://127.0.0.{i}:9/{i}")));

        await LookAsync(gateway);

        Assert.Equal(64, Lines(gateway).Length);
    }

    [Fact]
    public async Task The_program_looks_and_listens_all_the_same()
    {
        await using var gateway = GatewayProcess.Start(
            "--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--warm-up", "false");
        await gateway.AddressAsync();
        await Wire.Deadline.UntilAsync(() => gateway.Console.Contains("cannot be reached at the start: Connection refused", StringComparison.Ordinal));
    }

    private static Task LookAsync(GatewayUnderTest gateway) =>
        ActivatorUtilities.CreateInstance<UpstreamLook>(gateway.Services).RunAsync(TestContext.Current.CancellationToken);

    private static string[] Lines(GatewayUnderTest gateway) => [.. gateway.Log.Lines.Where(line => line.Contains("[111]", StringComparison.Ordinal))];

    private static void AssertSays(GatewayUnderTest gateway, string cluster, params string[] parts)
    {
        var line = Assert.Single(Lines(gateway), line => line.Contains($"of cluster {cluster} cannot be reached at the start: ", StringComparison.Ordinal));
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }
}
