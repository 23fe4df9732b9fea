using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>The harness is tested: of a proxy with one thing wrong exactly the cases fail that are about it, and of a sound one none.</summary>
public sealed class BrokenProxyTests
{
    [Fact]
    public Task Sound_proxy_fails_nothing() => FailsExactlyAsync(Defect.None);

    private static async Task FailsExactlyAsync(Defect defect, params string[] ids)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = new ForwardingProxy(origin.Address, defect);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), TestContext.Current.CancellationToken);
        var cases = CheckCase.All.Where(check => check.Row is { Wave: <= 2, Long: false }).ToArray();

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 32, again: "check").RunAsync(cases, _ => { }, TestContext.Current.CancellationToken);

        var failed = results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error).ToDictionary(result => result.Id);
        Assert.Equal(ids.Order(), failed.Values.Select(result => ids.Contains(result.Id) ? result.Id : $"{result.Id}: {result.Verdict} {result.Actual}").Order());
        Assert.Contains(results, result => result.Verdict == Verdict.Ok);
    }
}
