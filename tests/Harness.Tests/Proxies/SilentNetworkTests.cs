using System.Diagnostics;
using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>4.1.10: it takes a network of the test's own, so that the test proper runs in a process of its own inside one.</summary>
public sealed class SilentNetworkTests
{
    private const string Target = "127.0.0.9";
    private const double Seconds = 4;

    [Fact]
    public async Task A_proxy_that_gives_silent_clients_up_fails_and_a_sound_one_does_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        if (await RunAsync("ip link set lo up", cancellation) is { Code: not 0 } refused)
        {
            var reason = $"No network of the test's own: {refused.Text}";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.Fail(reason);
        }

        var (code, text) = await RunAsync(
            $"ip link set lo up && exec '{Environment.ProcessPath}' -parallelMode none -explicit only -method '*.{nameof(SilentNetworkTests)}.{nameof(Inside_a_network_of_its_own)}'", cancellation);

        Assert.True(code == 0 && text.Contains("Total: 2, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), text);
    }

    [Theory(Explicit = true)]
    [InlineData(nameof(Defect.None), "")]
    [InlineData(nameof(Defect.GivesUpSilentClients), "4.1.10")]
    public async Task Inside_a_network_of_its_own(string defect, string failing)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = new ForwardingProxy(origin.Address, Enum.Parse<Defect>(defect), address: new IPEndPoint(IPAddress.Parse(Target), 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), cancellation);
        var profile = new TargetProfile
        {
            Silence = new SilentNetwork(
            $"ip route add blackhole {Target}/32 table local", $"ip route del blackhole {Target}/32 table local", Seconds)
        };
        var cases = CheckCase.All.Where(check => check.Row.Id == "4.1.10").ToArray();

        var results = await new CheckRunner(target, origin, profile, seed: 1, parallel: 1, again: "check").RunAsync(cases, cancellation);

        var result = Assert.Single(results);
        Assert.True((failing.Length == 0 ? Verdict.Ok : Verdict.Failed) == result.Verdict, $"{result.Verdict}: {result.Actual}");
    }

    private static async Task<(int Code, string Text)> RunAsync(string command, CancellationToken cancellation)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"exec unshare -n /bin/sh -c \"$0\" 2>&1", command]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, text.Trim());
    }
}
