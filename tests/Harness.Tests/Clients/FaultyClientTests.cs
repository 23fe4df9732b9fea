using System.Net;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using Xunit;

namespace Harness.Tests.Clients;

/// <summary>Each fault is found by exactly the cases that are there to find it, over all cases of the core set that take no longer than 10 s.</summary>
public sealed class FaultyClientTests
{
    private static readonly ClientProfile Profile = new() { Capabilities = ["states", "close", "headers", "post", "last-event-id"] };

    [Theory]
    [InlineData(Fault.None, "")]
    public async Task A_fault_is_found_by_the_cases_for_it(Fault fault, string ids)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = new FaultyClient(fault);
        var runner = new ClientRunner(client, origin, Profile, new ClientPace(0.2, TimeSpan.FromMilliseconds(100)), 48, "");
        (CaseScript, string?)[] cases = [.. CaseScripts.All.Where(script => script.Row is { Core: true, Long: false }).Select(script => (script, (string?)null))];
        var results = await runner.RunAsync(cases, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(cases.Length, results.Count);
        Assert.DoesNotContain(results, result => result.Verdict is Verdict.Error or Verdict.Skipped);
        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries), Differing(results));
    }

    // What differs from OK in any way, with what was seen, so that a failure of this test tells why.
    private static string[] Differing(IReadOnlyList<CaseResult> results) =>
        [.. results.Where(result => result.Verdict != Verdict.Ok).Select(result => result.Id)];
}
