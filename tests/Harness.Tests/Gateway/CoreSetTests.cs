using System.Net;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Gateway;

/// <summary>The core set, through this project's gateway: what fails here and is not known breaks the build.</summary>
public sealed class CoreSetTests
{
    // Id and reason. A fixed one has to be taken out.
    private static readonly Dictionary<string, string> KnownOfRelay = [];

    private static readonly Dictionary<string, string> KnownOfShared = [];

    [Fact]
    public Task Relay_passes_the_core_set() =>
        PassAsync([], new TargetProfile { Capabilities = ["inserts-comments"] }, KnownOfRelay);

    [Fact]
    public Task Shared_streams_pass_the_core_set() =>
        PassAsync(
            ["--share", "--share-linger", "1s", "--share-log-bytes", "33554432"], // Room for the largest frame, of 10 MiB, twice.
            new TargetProfile { Capabilities = ["inserts-comments", "rewrites", "shares", "replay"], LingerSeconds = 1 },
            KnownOfShared);

    private static async Task PassAsync(string[] flags, TargetProfile profile, Dictionary<string, string> known)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var gateway = GatewayApp.Build(
            ["--upstream", $"http://{origin.Address}", "--urls", "http://127.0.0.1:0", "--admin-url", "off", .. flags],
            builder => builder.Logging.ClearProviders());
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        var target = await TargetAddress.ResolveAsync(new Uri(gateway.Urls.First()), TestContext.Current.CancellationToken);
        var cases = CheckCase.All.Where(check => check.Row is { Core: true, Long: false }).ToArray();

        var results = await new CheckRunner(
            target, origin, profile, seed: 1, parallel: 4, again: "check")
        { Confirms = true }.RunAsync(cases, TestContext.Current.CancellationToken);

        Assert.Contains(results, result => result.Verdict == Verdict.Ok);
        Assert.Empty(results.Where(result => result.Verdict == Verdict.Error).Select(result => $"{result.Id}: {result.Actual}"));
        Assert.Equal(
            known.Keys.Order(), results.Where(result => result.Verdict == Verdict.Failed).Select(
                result => known.ContainsKey(result.Id) ? result.Id : $"{result.Id}: {result.Actual}").Order());
    }
}
