using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Tls;

/// <summary>A certificate is renewed while streams live: in all the ways in which its files come to change.</summary>
public sealed class CertificateRenewalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sse-gateway-tls-").FullName;
    private readonly IssuedPair _first = new();
    private readonly IssuedPair _second = new();

    private string Certificate => Path.Combine(_folder, "tls.crt");

    private string Key => Path.Combine(_folder, "tls.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("moved", "1.1")]
    [InlineData("written over", "2.0")]
    [InlineData("links turned", "2.0")]
    [InlineData("certbot's hook", "2.0")]
    public async Task New_connections_get_the_new_pair_none_is_refused_and_streams_go_on(string way, string version)
    {
        Write(_first, way);
        var isHook = way == "certbot's hook";
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, isHook
            ? Endpoint("Tls", Path.Combine(_folder, "fullchain.pem"), Path.Combine(_folder, "privkey.pem"))
            : Endpoint("Tls", Certificate, Key));
        using var client = Client(gateway, version);
        var opening = client.GetStreamAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var reader = new StreamReader(await Deadline.ForAsync(opening));

        Write(_second, way);
        await UntilShownAsync(gateway.Address.Port, _second);

        await exchange.SendAsync("data: on\n\n");
        Assert.Equal("data: on", await Deadline.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal(2, (await ShakeHandsAsync(gateway.Address.Port)).ChainLength);
    }

    [Fact]
    public async Task A_certificate_that_comes_before_its_key_waits_for_it_and_the_old_pair_is_used_meanwhile()
    {
        Write(_first, "moved");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Endpoint("Tls", Certificate, Key));

        await File.WriteAllTextAsync(Certificate, _second.CertificatePem, TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("CertificateWatch[191]", StringComparison.Ordinal)));
        Assert.Equal(_first.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port)).Thumbprint);
        await File.WriteAllTextAsync(Key, _second.KeyPem, TestContext.Current.CancellationToken);

        await UntilShownAsync(gateway.Address.Port, _second);
        Assert.Single(gateway.Log.Lines, line => line.Contains("CertificateWatch[191]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_are_gone_for_a_while_or_are_nonsense_cost_nothing()
    {
        Write(_first, "moved");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Endpoint("Tls", Certificate, Key));

        File.Delete(Key);
        await Deadline.UntilAsync(() => gateway.Log.Lines.Count(line => line.Contains("CertificateWatch[191]", StringComparison.Ordinal)) == 1);
        await File.WriteAllTextAsync(Key, "no key", TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => gateway.Log.Lines.Count(line => line.Contains("CertificateWatch[191]", StringComparison.Ordinal)) == 2);
        Assert.Equal(_first.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port)).Thumbprint);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("no key", StringComparison.Ordinal));
        Write(_second, "written over");

        await UntilShownAsync(gateway.Address.Port, _second);
    }

    [Fact]
    public async Task A_pfx_with_a_password_is_renewed_too()
    {
        var path = Path.Combine(_folder, "tls.pfx");
        await File.WriteAllBytesAsync(path, _first.Pfx, TestContext.Current.CancellationToken);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0", "Kestrel:Endpoints:Tls:Certificate:Path=" + path,
            "Kestrel:Endpoints:Tls:Certificate:Password=" + IssuedPair.Password);
        Assert.Equal((_first.Thumbprint, 2), await ShakeHandsAsync(gateway.Address.Port));

        await File.WriteAllBytesAsync(path, _second.Pfx, TestContext.Current.CancellationToken);

        await UntilShownAsync(gateway.Address.Port, _second);
    }

    [Fact]
    public async Task The_default_certificate_of_an_endpoint_that_names_none_is_renewed_too()
    {
        Write(_first, "moved");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, ["Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0", .. Default()]);
        Assert.Equal((_first.Thumbprint, 2), await ShakeHandsAsync(gateway.Address.Port));

        Write(_second, "moved");

        await UntilShownAsync(gateway.Address.Port, _second);
    }

    [Fact]
    public async Task The_default_certificate_of_the_programs_addresses_is_renewed_too()
    {
        Write(_first, "moved");
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.Start(
            ["--urls", "https://127.0.0.1:0", "--upstream", upstream.Url, "--admin-url", "off", .. Default().Select(setting => "--" + setting)]);
        var port = (await gateway.AddressAsync()).Port;
        Assert.Equal((_first.Thumbprint, 2), await ShakeHandsAsync(port));

        Write(_second, "moved");

        await UntilShownAsync(port, _second);
        Assert.DoesNotContain("warn:", gateway.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_name_of_an_endpoint_has_its_certificate_and_its_protocols()
    {
        var (exact, wildcard) = (new IssuedPair("a.example"), new IssuedPair("*.example"));
        Write(_first, "moved");
        await File.WriteAllTextAsync(Path.Combine(_folder, "exact.pem"), exact.CertificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "exact.key"), exact.KeyPem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "wildcard.pem"), wildcard.CertificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "wildcard.key"), wildcard.KeyPem, TestContext.Current.CancellationToken);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Endpoint("Tls", Certificate, Key),
                .. Name("a.example", "exact"), "Kestrel:Endpoints:Tls:Sni:a.example:Protocols=Http1",
                .. Name("*.example", "wildcard"), "Kestrel:Endpoints:Tls:Sni:*:Protocols=Http1AndHttp2",
            ]);
        Assert.Equal(exact.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port, "a.example")).Thumbprint);
        Assert.Equal(wildcard.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port, "b.c.example")).Thumbprint);
        Assert.Equal(_first.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port, "else.test")).Thumbprint);
        Assert.Equal((SslApplicationProtocol.Http11, SslApplicationProtocol.Http2),
            (await AgreedAsync(gateway.Address.Port, "a.example"), await AgreedAsync(gateway.Address.Port, "b.example")));

        await File.WriteAllTextAsync(Path.Combine(_folder, "exact.pem"), _second.CertificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "exact.key"), _second.KeyPem, TestContext.Current.CancellationToken);

        await UntilShownAsync(gateway.Address.Port, _second, "a.example");
        Assert.Equal(wildcard.Thumbprint, (await ShakeHandsAsync(gateway.Address.Port, "b.example")).Thumbprint);

        string[] Name(string name, string file) =>
        [
            $"Kestrel:Endpoints:Tls:Sni:{name}:Certificate:Path={Path.Combine(_folder, file)}.pem",
            $"Kestrel:Endpoints:Tls:Sni:{name}:Certificate:KeyPath={Path.Combine(_folder, file)}.key",
        ];
    }

    private string[] Default() => ["Kestrel:Certificates:Default:Path=" + Certificate, "Kestrel:Certificates:Default:KeyPath=" + Key];

    private static string[] Endpoint(string name, string certificate, string key) =>
    [
        $"Kestrel:Endpoints:{name}:Url=https://127.0.0.1:0",
        $"Kestrel:Endpoints:{name}:Certificate:Path={certificate}",
        $"Kestrel:Endpoints:{name}:Certificate:KeyPath={key}",
    ];

    // The one of docs/tls.md, with the folder of the test's and no other owner.
    private void RunHook(IssuedPair pair)
    {
        var lineage = Directory.CreateDirectory(Path.Combine(_folder, "live")).FullName;
        File.WriteAllText(Path.Combine(lineage, "fullchain.pem"), pair.CertificatePem);
        File.WriteAllText(Path.Combine(lineage, "privkey.pem"), pair.KeyPem);
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "tls.md"));
        var hook = page[page.IndexOf("#!/bin/sh", StringComparison.Ordinal)..];
        hook = hook[..hook.IndexOf("```", StringComparison.Ordinal)]
            .Replace("/etc/sse-gateway", _folder, StringComparison.Ordinal).Replace("-o root -g sse-gateway ", "", StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh", ["-c", hook]) { Environment = { ["RENEWED_LINEAGE"] = lineage } };
        using var run = Process.Start(start)!;
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }

    private void Write(IssuedPair pair, string way)
    {
        switch (way)
        {
            case "moved":
                Move(Certificate, pair.CertificatePem);
                Move(Key, pair.KeyPem);
                break;
            case "written over":
                File.WriteAllText(Certificate, pair.CertificatePem);
                File.WriteAllText(Key, pair.KeyPem);
                break;
            case "certbot's hook":
                RunHook(pair);
                break;
            default:
                // As Kubernetes mounts a secret: the files are links through one to the folder of the moment, which is replaced.
                var version = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
                File.WriteAllText(Path.Combine(version, "tls.crt"), pair.CertificatePem);
                File.WriteAllText(Path.Combine(version, "tls.key"), pair.KeyPem);
                var data = Path.Combine(_folder, "..data");
                Directory.CreateSymbolicLink(data + "_tmp", version);
                using (var move = Process.Start("mv", ["-T", data + "_tmp", data])) move.WaitForExit();
                if (!File.Exists(Certificate))
                {
                    File.CreateSymbolicLink(Certificate, Path.Combine("..data", "tls.crt"));
                    File.CreateSymbolicLink(Key, Path.Combine("..data", "tls.key"));
                }

                break;
        }

        static void Move(string path, string text)
        {
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    private HttpClient Client(GatewayUnderTest gateway, string version) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _first.Thumbprint },
    })
    {
        BaseAddress = gateway.Address,
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    // Every connection on the way there is taken and gets one of both.
    private static Task UntilShownAsync(int port, IssuedPair pair, string name = "localhost") =>
        Deadline.UntilAsync(async () => (await ShakeHandsAsync(port, name)).Thumbprint == pair.Thumbprint);

    private static async Task<(string Thumbprint, int ChainLength)> ShakeHandsAsync(int port, string name = "localhost")
    {
        var shown = ("", 0);
        using var tls = await ConnectAsync(port, name, (thumbprint, length) => shown = (thumbprint, length));
        return shown;
    }

    private static async Task<SslApplicationProtocol> AgreedAsync(int port, string name)
    {
        using var tls = await ConnectAsync(port, name, (_, _) => { });
        return tls.NegotiatedApplicationProtocol;
    }

    private static async Task<SslStream> ConnectAsync(int port, string name, Action<string, int> shown)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await Deadline.ForAsync(tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    // What the gateway has sent, its authority included, though no root of this machine's vouches for it.
                    shown(certificate!.GetCertHashString(), 1 + chain!.ChainPolicy.ExtraStore.Count(one => one.Thumbprint != certificate.GetCertHashString()));
                    return certificate.Subject.Length > 0;
                },
            },
            TestContext.Current.CancellationToken));
        return tls;
    }
}
