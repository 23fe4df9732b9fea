using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>A Redis that wants a password, and one that is spoken to over TLS with a certificate of an authority that only its users know.</summary>
public sealed class SecuredRedisTests
{
    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    public async Task Without_the_password_the_gateway_says_what_is_wrong_and_goes_on_alone(string password)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.ExecuteAsync("CONFIG", "SET", "requirepass", "hush");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, redis.Setting + password);
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains("it wants a password", StringComparison.Ordinal)));
        var (exchange, stream) = await gateway.OpenStreamAsync(upstream);
        using var client = stream;
        await exchange.SendAsync("data: 1\n\n");
        await client.ExpectAsync("data: 1\n\n");
    }

    /// <summary>Whose refusal comes after another failure: the client library's exceptions tell of the first one for ever.</summary>
    [Fact]
    public async Task Of_a_redis_that_comes_late_it_is_said_too_that_it_does_not_let_the_gateway_in()
    {
        await using var redis = RedisServer.Create("--requirepass", "hush");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, redis.Setting);
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains("no connection (UnableToConnect)", StringComparison.Ordinal)));
        await redis.StartAsync();
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains("it wants a password", StringComparison.Ordinal)));
        await redis.ExecuteAsync("CONFIG", "SET", "requirepass", "");
        await Deadline.UntilAsync(() => StoreTests.Lines(gateway, 200) == 1);
        Assert.Equal(2, Away(gateway).Count());
    }

    /// <summary>The client library goes on with such a connection, and tells nobody.</summary>
    [Theory]
    [InlineData("gateway", "wrong", 1)]
    [InlineData("nobody", "hush", 1)]
    [InlineData("gateway", "hush", 0)]
    public async Task A_user_that_is_refused_where_the_default_one_needs_no_password_is_warned_of(string user, string password, int lines)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.ExecuteAsync("ACL", ["SETUSER", "gateway", "on", ">hush", .. Rights()]);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"{redis.Setting},user={user},password={password}");
        await StoreTests.HereAsync(gateway);

        // What it has to say of a Redis that has come, it has said when that goes.
        await redis.KillAsync();
        await Deadline.UntilAsync(() => StoreTests.Lines(gateway, 201) == 1);
        Assert.Equal(lines, StoreTests.Lines(gateway, 209));
    }

    [Fact]
    public async Task What_speaks_http_is_not_redis()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var other = await GatewayUnderTest.StartAsync(upstream);
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Fleet:Redis={other.EndPoint}");
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains("what answers there is not Redis", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_a_name_that_does_not_resolve_it_is_said()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Fleet:Redis=redis.invalid:6379");
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains("its name does not resolve", StringComparison.Ordinal)));
    }

    /// <summary>What the client library refuses to send is no failure of a kind of its others; the gateway ends properly all the same.</summary>
    [Theory]
    [InlineData("defaultDatabase=99", "database does not exist")]
    [InlineData("$EVALSHA=", "EVALSHA")]
    public async Task Options_with_which_nothing_can_be_asked_of_redis_are_said_and_do_not_keep_the_gateway_from_ending(string option, string said)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"{redis.Setting},{option}");
        await Deadline.UntilAsync(() => Away(gateway).Any(line => line.Contains(said, StringComparison.Ordinal)), said);
        await gateway.DisposeAsync();
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("failed to stop", StringComparison.Ordinal));
    }

    /// <summary>Of docs/fleet.md: no more than that is used.</summary>
    [Fact]
    public async Task A_user_with_the_rights_of_the_documentation_has_all_it_needs()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.ExecuteAsync("ACL", ["SETUSER", "gateway", "on", ">hush", .. Rights()]);
        await using var upstream = ScriptedUpstream.Start();
        string[] settings = ["SseGateway:Fleet:Prefix=sse", "SseGateway:Limits:StreamsPerAddress=10"];
        await using var one = await Node.StartAsync(upstream.Url, redis.Setting + ",user=gateway,password=hush", "one", settings);
        await using var two = await Node.StartAsync(upstream.Url, redis.Setting + ",user=gateway,password=hush", "two", settings);
        var (exchange, first) = await one.OpenStreamAsync(upstream);
        using var there = first;
        await exchange.SendAsync(Share.Event(1));
        await there.ExpectAsync(Share.Event(1));
        using var here = await two.OpenAsync();
        await exchange.SendAsync(Share.Event(2));
        await here.ExpectAsync(Share.Event(2));
        Assert.Equal((1, 1), (StoreTests.Lines(one, 200), StoreTests.Lines(two, 200)));
        Assert.All(
            ((RedisResult[])(await redis.ExecuteAsync("ACL", "LOG"))!).Select(entry => entry.ToDictionary()["object"].ToString()),
            refused => Assert.Equal("config|get", refused));
    }

    [Fact]
    public async Task Over_tls_the_gateway_joins_with_a_certificate_that_it_trusts_and_with_no_other()
    {
        using var port = new ClosedPort();
        var folder = Directory.CreateTempSubdirectory("gateway-redis-tls-");
        try
        {
            var (certificate, key) = Write(folder.FullName);
            await using var redis = await RedisServer.StartAsync(
                "--tls-port", $"{port.Number}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate,
                "--tls-auth-clients", "no");
            string[] arguments =
            [
                "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--upstream", port.Url, "--share", "--redis",
                $"127.0.0.1:{port.Number},ssl=true,password=",
            ];
            await using var trusting = GatewayProcess.StartWith(new() { ["SERedis_IssuerCertPath"] = certificate }, arguments);
            await using var other = GatewayProcess.Start(arguments);
            await Deadline.UntilAsync(() => trusting.Console.Contains("Joined the fleet's Redis", StringComparison.Ordinal), "one that joins");
            await Deadline.UntilAsync(() => other.Console.Contains("its certificate is not trusted", StringComparison.Ordinal), "one that says that it cannot");
            Assert.DoesNotContain("its certificate is not trusted", trusting.Console, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Away(GatewayUnderTest gateway) =>
        gateway.Log.Lines.Where(line => line.Contains("[201]", StringComparison.Ordinal));

    private static string[] Rights()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "fleet.md"));
        return page[page.IndexOf("`~sse:*", StringComparison.Ordinal)..].Split('`')[1].Split(' ');
    }

    private static (string Certificate, string Key) Write(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=redis of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "redis.crt"), Path.Combine(folder, "redis.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
