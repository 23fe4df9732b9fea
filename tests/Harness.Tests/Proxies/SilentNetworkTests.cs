using System.Diagnostics;
using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>
/// Networks that carry nothing, or not all (4.1.10, 4.1.16, 7.4.12, 10.1.5): the tests proper run in a process of their own, inside a network of its own.
/// </summary>
public sealed class SilentNetworkTests
{
    private const string Target = "127.0.0.9";
    private const string Origin = "127.0.0.8";
    private const double Seconds = 4;

    [Fact]
    public async Task Who_gives_silent_clients_up_or_never_sees_that_a_peer_has_vanished_fails_and_who_is_sound_does_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        if (await RunAsync("ip link set lo up && nft list tables", cancellation) is { Code: not 0 } refused)
        {
            var reason = $"No network of the test's own: {refused.Text}";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.Fail(reason);
        }

        var (code, text) = await RunAsync(
            $"ip link set lo up && exec '{Environment.ProcessPath}' -parallelMode none -explicit only "
                + $"-method '*.{nameof(SilentNetworkTests)}.{nameof(Inside_a_network_of_its_own)}'", cancellation);

        Assert.True(code == 0 && text.Contains("Total: 8, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), text);
    }

    [Theory(Explicit = true)]
    [InlineData("4.1.10", nameof(Defect.None), false)]
    [InlineData("4.1.10", nameof(Defect.GivesUpSilentClients), true)]
    [InlineData("4.1.16", nameof(Defect.None), false)]
    [InlineData("4.1.16", nameof(Defect.GivesUpSilentClients), true)]
    [InlineData("7.4.12", nameof(Defect.None), false)]
    [InlineData("7.4.12", nameof(Defect.WaitsForVanishedPeers), true)]
    [InlineData("10.1.5", nameof(Defect.None), false)]
    [InlineData("10.1.5", nameof(Defect.WaitsForVanishedPeers), true)]
    public async Task Inside_a_network_of_its_own(string id, string defect, bool fails)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var wrong = Enum.Parse<Defect>(defect);
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Parse(Origin), 0));
        var waits = wrong == Defect.WaitsForVanishedPeers;
        await using var proxy = new ForwardingProxy(
            origin.Address, wrong, address: new IPEndPoint(IPAddress.Parse(Target), 0), idle: id == "7.4.12" && !waits ? TimeSpan.FromSeconds(1) : null);
        await using var server = new PlacesServer(IPAddress.Parse(Target), waits);
        var target = await TargetAddress.ResolveAsync(id == "10.1.5" ? server.Url : new Uri($"http://{proxy.Address}"), cancellation);
        var profile = new TargetProfile
        {
            Silence = new SilentNetwork(Drop(Target, "add"), Drop(Target, "del"), Seconds),
            Loss = new SilentNetwork(Lose(fails ? 95 : 20), "nft delete table inet loss", Seconds),
            Vanish = new VanishingUpstream(Drop(Origin, "add"), Drop(Origin, "del"), Seconds),
            Limits = new LimitSetup { Streams = PlacesServer.Places, StreamsPerAddress = 0, VanishedSeconds = Seconds },
        };
        var cases = CheckCase.All.Where(check => check.Row.Id == id).ToArray();

        var results = await new CheckRunner(
            target with { IsServer = id == "10.1.5" }, origin, profile, seed: 1, parallel: 1, again: "check").RunAsync(cases, cancellation);

        var result = Assert.Single(results);
        Assert.True((fails ? Verdict.Failed : Verdict.Ok) == result.Verdict, $"{result.Verdict}: {result.Actual}");
    }

    private static string Drop(string address, string how) => $"ip route {how} blackhole {address}/32 table local";

    // Of what the target sends. With 95 of a hundred lost the second try of TCP, and mostly the third, is lost too.
    private static string Lose(int percent) =>
        "nft add table inet loss && nft 'add chain inet loss out { type filter hook output priority 0; }' && "
        + $"nft 'add rule inet loss out ip saddr {Target} meta random < {percent * (uint.MaxValue / 100)} drop'";

    private static async Task<(int Code, string Text)> RunAsync(string command, CancellationToken cancellation)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"exec unshare -n /bin/sh -c \"$0\" 2>&1", command]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, text.Trim());
    }
}
