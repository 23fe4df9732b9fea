using System.Globalization;
using System.Net;
using Gateway.Tests.Running;
using Gateway.Tests.Tls;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Executable.Limits;

/// <summary>
/// The program with few open files and more clients than it can serve. With no file left .NET cannot start a thread, and a process that needs one is gone, with
/// everybody's stream.
/// </summary>
[Collection<Crowds>]
public sealed class FileLimitTests
{
    // Without the budget two to five of them are the end. The first kind of storm has so many, the others three: six kinds find what one may miss.
    private const int Most = 5;
    private const int Rounds = 3;

    // On a machine that is busy with other tests some are.
    private const int OneInSoMany = 100;

    private static readonly string[] Program = ["Accept: */*"];

    [Theory]
    [InlineData(700, 1200)]
    [InlineData(700, 1200, "--share")]
    [InlineData(700, 1200, "--max-streams", "200")]
    [InlineData(1500, 2400)]
    public async Task Storms_of_more_clients_than_there_are_files_for_are_survived_and_everybody_is_answered(int files, int clients, params string[] arguments)
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var gateway = Start(files, [.. arguments, "--upstream", upstream.Url]);
        var endPoint = await EndPointAsync(gateway);
        using var longLived = await OpenAsync(gateway);
        for (var round = 0; round < (arguments.Length == 0 ? Most : Rounds); round++)
        {
            using var storm = await Storm.RaiseAsync(endPoint, clients);
            Assert.InRange(storm.Closed, 0, clients / OneInSoMany);
            Assert.InRange(storm.Live, 1, files);
        }

        await longLived.ExpectMoreAsync();
        Assert.Single(gateway.Console.Split('\n'), line => line.Contains("Clients are turned away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fewer_than_the_program_itself_needs_are_warned_of_at_the_start()
    {
        await using var gateway = Start(431, ["--upstream", "http://127.0.0.1:9"]);
        await gateway.AddressAsync();

        await Deadline.UntilAsync(() => gateway.Console.Contains("Open files: 431 are too few, the program itself needs 432", StringComparison.Ordinal));
    }

    /// <summary>What a client wants is known by the answer alone: its upstream's connection is there by then.</summary>
    [Fact]
    public async Task Storms_of_requests_that_turn_out_to_be_streams_are_survived()
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var gateway = Start(700, ["--upstream", upstream.Url]);
        var endPoint = await EndPointAsync(gateway);
        using var longLived = await OpenAsync(gateway);
        for (var round = 0; round < Rounds; round++)
        {
            using var storm = await Storm.RaiseAsync(endPoint, 1200, Program);
            Assert.InRange(storm.Closed, 0, 1200 / OneInSoMany);
            Assert.InRange(storm.Live, 1, 700);
        }

        await longLived.ExpectMoreAsync();
    }

    [Fact]
    public async Task Storms_over_tls_are_survived()
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var gateway = StartWithTls(700, ["--upstream", upstream.Url]);
        var endPoint = await EndPointAsync(gateway);
        using var first = await Storm.RaiseOverTlsAsync(endPoint, 10);
        for (var round = 0; round < Rounds; round++)
        {
            using var storm = await Storm.RaiseOverTlsAsync(endPoint, 1200);
            Assert.InRange(storm.Closed, 0, 1200 / OneInSoMany);
            Assert.InRange(storm.Live, 1, 700);
        }

        Assert.Equal(10, first.Live);
        using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync() };
        await Deadline.UntilAsync(
            async () => (await admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n')
                .Any(line => line.StartsWith("sse_gateway_streams_live{", StringComparison.Ordinal)
                    && line.TrimEnd().EndsWith(" 10", StringComparison.Ordinal)),
            "the streams from before, and no others");
    }

    /// <summary>Without a limit of its own the server leaves them two minutes; 10 s for the first message of a handshake.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_that_connect_and_say_nothing_lock_nobody_out(bool tls)
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var gateway = tls ? StartWithTls(600, ["--upstream", upstream.Url]) : Start(600, ["--upstream", upstream.Url]);
        var endPoint = await EndPointAsync(gateway);
        using var silent = await Storm.LoiterAsync(endPoint, 200);
        using var client = tls ? await Storm.RaiseOverTlsAsync(endPoint, 1) : await Storm.RaiseAsync(endPoint, 1);

        // Not closed in any case; and let in when it comes again, on a machine that is busy with other tests once more.
        Assert.Equal(0, client.Closed);
        await Deadline.UntilAsync(
            async () =>
            {
                using var again = tls ? await Storm.RaiseOverTlsAsync(endPoint, 1) : await Storm.RaiseAsync(endPoint, 1);
                return again.Live == 1;
            },
            "somebody who speaks to be let in");
    }

    [Fact]
    public async Task Clients_that_connect_and_say_nothing_take_no_stream_its_files_and_the_operator_is_answered()
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var gateway = Start(700, ["--upstream", upstream.Url]);
        var endPoint = await EndPointAsync(gateway);
        using var longLived = await OpenAsync(gateway);
        using (await Storm.LoiterAsync(endPoint, 1200))
        using (await Storm.LoiterAsync(new IPEndPoint(IPAddress.Loopback, (await gateway.AdminAsync()).Port), 20))
        {
            using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync() };
            Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Contains(
                "sse_gateway_connections ", await admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await longLived.ExpectMoreAsync();
        }

        await Deadline.UntilAsync(() => OpensAsync(gateway), "a stream, when they have left");
    }

    [Fact]
    public async Task Start_says_how_many_streams_there_are_files_for()
    {
        await using var gateway = Start(700, ["--upstream", "http://127.0.0.1:9"]);
        await gateway.AddressAsync();

        Assert.Contains("Open files: 700, 300 of them for connections: room for 131 relayed streams, two files each, or 263 shared ones", gateway.Console,
            StringComparison.Ordinal);
    }

    private static async Task<Follower> OpenAsync(GatewayProcess gateway)
    {
        var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        return new Follower(response);
    }

    private static async Task<bool> OpensAsync(GatewayProcess gateway)
    {
        using var client = await gateway.ConnectAsync();
        await client.SendWhatIsTakenAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        return await client.TryReadResponseAsync() is { Status: 200 };
    }

    private static async Task<IPEndPoint> EndPointAsync(GatewayProcess gateway) => new(IPAddress.Loopback, (await gateway.AddressAsync()).Port);

    private static GatewayProcess StartWithTls(int files, string[] arguments)
    {
        var pair = new IssuedPair();
        return Start(
            files,
            [
                .. arguments,
                "--Kestrel:Certificates:Default:Path=" + TemporaryFile.Write(pair.CertificatePem),
                "--Kestrel:Certificates:Default:KeyPath=" + TemporaryFile.Write(pair.KeyPem),
            ],
            "https");
    }

    private static GatewayProcess Start(int files, string[] arguments, string scheme = "http") => GatewayProcess.StartUnder(
        ["bash", "-c", $"ulimit -n {files.ToString(CultureInfo.InvariantCulture)}; exec \"$@\"", "bash"],
        [.. arguments, "--urls", $"{scheme}://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0"]);
}
