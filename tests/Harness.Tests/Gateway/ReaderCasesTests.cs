using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Gateway;

/// <summary>The cases about who reads (pages, programs, parsers), through this project's gateway: those that need more set up than the core set.</summary>
public sealed class ReaderCasesTests
{
    private static readonly string[] OfAll = ["4.1.11", "4.1.12", "5.2.11", "7.3.13", "7.4.13", "7.4.14", "7.4.15", "7.4.16"];
    private static readonly string[] OfShared = ["2.3.13", "4.2.9", "5.2.11", "7.1.2", "7.4.6", "4.1.11", "4.1.12", "7.3.13", "7.4.14"];

    [Fact]
    public Task Relay_passes_what_its_readers_need() => PassAsync(OfAll, [], new TargetProfile { Capabilities = ["inserts-comments"] });

    [Fact]
    public Task Shared_streams_pass_what_their_readers_need() =>
        PassAsync(OfShared, ["--share", "--share-linger", "1s"],
            new TargetProfile { Capabilities = ["inserts-comments", "rewrites", "shares", "replay"], LingerSeconds = 1 });

    private static async Task PassAsync(string[] asked, string[] flags, TargetProfile profile)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        string[] all = ["--upstream", $"http://{origin.Address}", "--admin-url", "off", "--heartbeat", "1s", .. flags];
        await using var gateway = GatewayApp.Build(["--urls", "http://127.0.0.1:0", .. all], builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(cancellation);
        var target = await TargetAddress.ResolveAsync(new Uri(gateway.Urls.First()), cancellation);
        var drained = $"http://127.0.0.1:{FreePort()}";
        var cases = CheckCase.All.Where(check => asked.Contains(check.Row.Id)).ToArray();
        profile = profile with
        {
            // It beats once a second; what is declared is what a busy machine needs for that.
            HeartbeatSeconds = 4,
            Drain = new DrainedTarget(
                drained, Reload: null, Stop: null, Seconds: 10,
                Start: $"dotnet {typeof(GatewayApp).Assembly.Location} --urls {drained} --warm-up false --drain-window 5s {string.Join(' ', all)}"),
        };

        var results = await new CheckRunner(target, origin, profile, seed: 1, parallel: 4, again: "check") { Confirms = true }.RunAsync(cases, cancellation);

        Assert.Equal(asked.Length, results.Count);
        var wrong = results.Where(
            result => result.Verdict is not (Verdict.Ok or Verdict.NonStrict or Verdict.BesideOthers))
                .Select(result => $"{result.Id} {result.Verdict}: {result.Actual}").ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
