using System.Globalization;
using System.Net;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Executable.Limits;

/// <summary>
/// The program with few open files and more clients than it can serve. With no file left .NET cannot start a thread, and a process that needs one is gone, with
/// everybody's stream.
/// </summary>
[Collection(nameof(Unaccompanied))]
public sealed class FileLimitTests
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("STORM_ROUNDS") ?? "6", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(700, 1200)]
    [InlineData(700, 1200, "--share")]
    [InlineData(700, 1200, "--max-streams", "200")]
    [InlineData(700, 1200, "--Kestrel:Limits:MaxConcurrentConnections=120")]
    [InlineData(1500, 2400, "--Kestrel:Limits:MaxConcurrentConnections=300")]
    public async Task Storms_of_more_clients_than_there_are_files_for_are_survived_and_streams_that_live_go_on(int files, int clients, params string[] arguments)
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(250));
        await using var gateway = Start(files, [.. arguments, "--upstream", upstream.Url]);
        var endPoint = new IPEndPoint(IPAddress.Loopback, (await gateway.AddressAsync()).Port);
        using var before = await Storm.RaiseAsync(endPoint, 1, "/events");
        Assert.Equal(1, before.Live);
        var live = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var storm = await Storm.RaiseAsync(endPoint, clients, $"/events");
            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: live {storm.Live}, refused {storm.Refused}, closed {storm.Closed}");
            Assert.False(gateway.HasExited, gateway.Console);
            live += storm.Live;
        }

        Assert.True(live > 0, gateway.Console);
    }

    private static GatewayProcess Start(int files, string[] arguments) => GatewayProcess.StartUnder(
        ["bash", "-c", $"ulimit -n {files.ToString(CultureInfo.InvariantCulture)}; exec \"$@\"", "bash"], [.. arguments, "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0"]);
}
