using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Checks;

/// <summary>The control: a target that is no proxy but the origin itself changes nothing, so that no case may find a fault in it.</summary>
public sealed class ControlTests
{
    private static readonly string[] Sections = ["4.1.", "4.2.", "4.4.", "7.4.", "7.5.", "11.2.", "11.3.", "12.1."];

    [Fact]
    public async Task No_case_of_a_proxy_fails_where_there_is_none()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        var profile = new TargetProfile { Http2ViaHttp2Origin = new Uri($"http://{origin.Http2Address}") };
        var cases = CheckCase.All.Where(check => !check.Row.Long && Sections.Any(check.Row.Id.StartsWith)).ToArray();

        var results = await new CheckRunner(target, origin, profile, seed: 1, parallel: 4, "") { Confirms = true }.RunAsync(cases, cancellation);

        Assert.All(results, result => Assert.True(
            result.Verdict is Verdict.Ok or Verdict.Skipped or Verdict.Informational or Verdict.BesideOthers,
            $"{result.Id} {result.Verdict}: {result.Actual}"));
        string[] needNoProxy = ["4.1.1", "4.2.3", "4.4.7", "4.4.8", "4.4.11", "7.4.1", "7.4.2", "7.4.3", "7.4.4", "7.4.6", "7.4.7", "7.4.8", "7.5.1", "7.5.2",
            "11.3.1", "12.1.1", "12.1.3"];
        Assert.Equal(needNoProxy, results.Where(result => result.Verdict == Verdict.Ok).Select(result => result.Id).Intersect(needNoProxy));
    }
}
