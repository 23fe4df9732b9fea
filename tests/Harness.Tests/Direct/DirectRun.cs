using System.Net;
using Harness.Tests.Edge;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>Asks a server with one defect at most what <c>check --direct</c> asks.</summary>
internal static class DirectRun
{
    public static IEnumerable<CheckCase> Cases => CheckCase.All.Where(check => check.Attribute is { Direct: true, Publisher: false });

    public static async Task FailsExactlyAsync(string defect, string asked, string failing)
    {
        var results = await AskAsync(Enum.Parse<EdgeDefect>(defect), asked.Split(' '));

        Assert.Equal(failing, string.Join(' ', results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error).Select(result => result.Id)));
    }

    /// <param name="defect">What is wrong with it.</param>
    /// <param name="asked">Cases, or groups of them.</param>
    public static async Task<IReadOnlyList<CaseResult>> AskAsync(EdgeDefect defect, string[] asked)
    {
        // An origin that no server knows of: a case that waited for it would fail.
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await SampleServer.StartAsync(defect);
        var target = await TargetAddress.ResolveAsync(server.Url, TestContext.Current.CancellationToken) with { IsServer = true };
        var cases = Cases.Where(check => asked.Any(id => check.Row.Id == id || check.Row.Id.StartsWith(id + ".", StringComparison.Ordinal))).ToArray();
        return await new CheckRunner(
            target, origin, server.Profile, seed: 1, parallel: 4, again: "check")
        { Confirms = true }.RunAsync(cases, TestContext.Current.CancellationToken);
    }
}
