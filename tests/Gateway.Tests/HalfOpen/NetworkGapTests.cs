using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.HalfOpen;

/// <summary>
/// A network that carries nothing for a while, as in a tunnel. The kernel's timers decide when bytes are sent again, so real time has to pass;
/// the limits are shorter than the defaults, in the same order: who does not read, the gap, who is not heard of.
/// </summary>
public sealed class NetworkGapTests(SideBySide ways) : IClassFixture<SideBySide>
{
    private const string NotReading = "2s";
    private const string NotHeardOf = "9s";

    /// <summary>
    /// For who is to outlive the gap. The kernel sends again after twice as long each time, so the first sign of life may come after twice the gap and
    /// more; and on a busy machine the gap itself is longer than it should be.
    /// </summary>
    private const string NotHeardOfForLong = "60s";

    /// <summary>Shorter than the gap, and long enough for a busy machine to take in what has come together in it.</summary>
    private const string NotReadingForLong = "9s";

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int Port = 8080;
    private const string Name = "CN=gateway";
    private const int StreamsOfEach = 4;
    private const int Events = 100;

    /// <summary>More in the gap than the windows of HTTP/2 and the kernel's buffer take, so that writes come to wait.</summary>
    private static readonly string Filling = new('x', 8 * 1024);

    private static readonly (string Scheme, string Version, string Path)[] All =
    [
        ("http", "1.1", "relayed"), ("http", "1.1", "shared"), ("https", "1.1", "relayed"), ("https", "1.1", "shared"), ("https", "2.0", "relayed"),
        ("https", "2.0", "shared"),
    ];

    public static TheoryData<string, string, string> Ways => [.. All];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Streams_outlive_a_network_that_carries_nothing_for_a_while_and_lose_nothing(string scheme, string version, string path) =>
        ways.ResultAsync<(string Scheme, string Version, string Path)>(
            (scheme, version, path), All, way => OutliveAsync(way.Scheme, way.Version, way.Path));

    private static async Task OutliveAsync(string scheme, string version, string path)
    {
        await using var hosts = await TwoHosts.CreateOrSkipAsync();
        await using var upstream = hosts.Near.Run(() => ScriptedUpstream.Start(TwoHosts.NearAddress));
        await using var gateway = Start(hosts.Near, scheme, upstream, NotReadingForLong, NotHeardOfForLong);
        await gateway.AddressAsync();
        using var client = Client(hosts.Far, version);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Serve(async exchange =>
        {
            await exchange.StartStreamAsync();
            await begin.Task;
            for (var number = 0; number < Events; number++)
            {
                await exchange.SendAsync($"id: {number.ToString(CultureInfo.InvariantCulture)}\ndata: {Filling}\n\n");
                await Task.Delay(Pace);
            }

            await exchange.SendAsync("event: last\ndata\n\n");
            await exchange.WaitForPeerCloseAsync(Patience);
        });
        var streams = await Task.WhenAll(Enumerable.Range(0, StreamsOfEach).Select(_ => OpenAsync(client, $"{scheme}://{TwoHosts.NearAddress}:{Port}/{path}")));
        begin.SetResult();
        var reading = streams.Select(ReadToLastAsync).ToArray();

        await Task.Delay(Gap / 4, TestContext.Current.CancellationToken);
        await hosts.InterruptAsync();
        await Task.Delay(Gap, TestContext.Current.CancellationToken);
        await hosts.RestoreAsync();

        foreach (var ids in await Task.WhenAll(reading)) Assert.Equal(Enumerable.Range(0, Events), ids);
        Assert.DoesNotContain("closed:", gateway.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_heard_of_for_longer_has_vanished_and_who_acknowledges_and_does_not_read_is_slow()
    {
        await using var hosts = await TwoHosts.CreateOrSkipAsync();
        await using var upstream = hosts.Near.Run(() => ScriptedUpstream.Start(TwoHosts.NearAddress));
        await using var gateway = Start(hosts.Near, "http", upstream, NotReading, NotHeardOf);
        await gateway.AddressAsync();
        var (stuck, flooding) = await RequestAsync(hosts.Near, upstream);
        var (gone, quiet) = await RequestAsync(hosts.Far, upstream);
        using var notReading = stuck;
        using var notThere = gone;

        await hosts.InterruptAsync();
        await quiet.SendAsync("data: to nobody\n\n");
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            for (var piece = 0; piece < 1600; piece++) await flooding.SendAsync(new byte[64 * 1024]);
        });
        await quiet.WaitForPeerCloseAsync(Patience);

        await Deadline.UntilAsync(() => gateway.Console.Contains("closed: vanished after", StringComparison.Ordinal)
            && gateway.Console.Contains("closed: slow after", StringComparison.Ordinal));
    }

    private static GatewayProcess Start(NetworkNamespace host, string scheme, ScriptedUpstream upstream, string notReading, string notHeardOf)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(Name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return GatewayProcess.StartIn(
            host.Name,
            [
                $"--Kestrel:Endpoints:One:Url={scheme}://{TwoHosts.NearAddress}:{Port}",
                "--Kestrel:Certificates:Default:Path=" + TemporaryFile.Write(certificate.ExportCertificatePem()),
                "--Kestrel:Certificates:Default:KeyPath=" + TemporaryFile.Write(key.ExportPkcs8PrivateKeyPem()),
                .. GatewayUnderTest.Route(
                    "relayed", "/relayed", upstream.Url).Concat(GatewayUnderTest.Route("shared", "/shared", upstream.Url)).Select(setting => "--" + setting),
                "--SseGateway:Routes:shared:Sharing:Enabled=true",
                "--write-timeout", notReading,
                "--unacknowledged-timeout", notHeardOf,
            ]);
    }

    private static HttpClient Client(NetworkNamespace host, string version) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == Name },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = host.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static async Task<StreamReader> OpenAsync(HttpClient client, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Headers = { { "Accept", "text/event-stream" } },
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        var response = await Deadline.ForAsync(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<List<int>> ReadToLastAsync(StreamReader reader)
    {
        var ids = new List<int>();
        while (await Deadline.ForAsync(reader.ReadLineAsync, "a line at the client", Patience) is { } line)
        {
            if (line == "event: last") return ids;
            if (line.StartsWith("id: ", StringComparison.Ordinal)) ids.Add(int.Parse(line[4..], CultureInfo.InvariantCulture));
        }

        return ids;
    }

    private static async Task<(RawClient Client, UpstreamExchange Exchange)> RequestAsync(NetworkNamespace from, ScriptedUpstream upstream)
    {
        var client = await from.Run(() => RawClient.ConnectAsync(new IPEndPoint(TwoHosts.NearAddress, Port)));
        await client.SendAsync("GET /relayed HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return (client, exchange);
    }
}
