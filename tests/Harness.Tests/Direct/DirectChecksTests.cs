using System.Net;
using Harness.Tests.Edge;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>What <c>check --direct</c> asks, of servers of which it is known what is wrong with them; nothing of it may want the harness's origin.</summary>
public sealed class DirectChecksTests
{
    // What the sample has not: keys that are fetched, revoking, a rate, a longest life, a process to look at, https://*.example.com.
    private static readonly string[] NotOfTheSample = ["8.1.8", "9.3.3", "9.3.4", "10.1.10", "10.1.8", "10.1.11", "10.1.12"];

    // Of its framework, not of the sample: 40 s each, or judged elsewhere.
    private static readonly string[] NotHere = ["11.2.9"];

    [Fact]
    public async Task A_server_without_defects_fails_nothing_and_is_asked_all_of_it()
    {
        var results = await RunAsync(EdgeDefect.None, [.. Direct.Select(check => check.Row.Id).Except(NotHere)]);

        Assert.All(results, result => Assert.True(result.Verdict is not (Verdict.Failed or Verdict.Error), $"{result.Id} {result.Verdict}: {result.Actual}"));
        Assert.Equal(NotOfTheSample.Order(StringComparer.Ordinal), results.Where(result => result.Verdict == Verdict.Skipped).Select(result => result.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cors_tokens_limits_and_replay_are_asked_of_a_server()
    {
        var ids = Direct.Select(check => check.Row.Id).ToHashSet();

        foreach (var id in "4.5.1 4.5.3 8.1.2 8.2.1 9.1.1 9.1.4 9.2.1 9.3.1 10.1.1 10.1.3 11.2.2 11.3.4".Split(' '))
        {
            Assert.Contains(id, ids);
        }
    }

    [Theory]
    [InlineData(nameof(EdgeDefect.ReflectsAnyOrigin), "8", "8.1.2 8.1.4 8.1.5 8.2.4")]
    [InlineData(nameof(EdgeDefect.AllowsOriginsThatBeginRight), "8", "8.1.5")]
    [InlineData(nameof(EdgeDefect.StarWithCredentials), "8", "8.1.6")]
    [InlineData(nameof(EdgeDefect.NoVary), "8", "8.1.1 8.1.2 8.1.3 8.2.1 8.2.2 8.2.5 8.3.1")]
    [InlineData(nameof(EdgeDefect.PreflightNeedsToken), "8", "8.2.1 8.2.2 8.2.5")]
    [InlineData(nameof(EdgeDefect.PreflightTakesSlot), "8", "8.2.5")]
    [InlineData(nameof(EdgeDefect.ErrorsWithoutCors), "8", "8.3.1")]
    [InlineData(nameof(EdgeDefect.TakesAlgNone), "9.1 9.2", "9.1.5")]
    [InlineData(nameof(EdgeDefect.TakesPublicKeyAsSecret), "9.1 9.2", "9.1.6")]
    [InlineData(nameof(EdgeDefect.TakesAnySignature), "9.1", "9.1.4 9.1.5 9.1.6 9.1.9")]
    [InlineData(nameof(EdgeDefect.IgnoresExpiry), "9.1 9.2", "9.1.7")]
    [InlineData(nameof(EdgeDefect.IgnoresAudience), "9.1 9.2", "9.1.8")]
    [InlineData(nameof(EdgeDefect.IgnoresScope), "9.1 9.2", "9.1.10")]
    [InlineData(nameof(EdgeDefect.AnyGoodCarrier), "9.1 9.2", "9.2.2")]
    [InlineData(nameof(EdgeDefect.CookieFromAnyPage), "9.1 9.2", "9.2.4")]
    [InlineData(nameof(EdgeDefect.KeepsStreamsOfExpiredTokens), "9.3", "9.3.1 9.3.2")]
    [InlineData(nameof(EdgeDefect.LeaksSlotOnHead), "10.1.3", "10.1.3")]
    [InlineData(nameof(EdgeDefect.LeaksSlotOnLeave), "10.1.3", "10.1.3")]
    [InlineData(nameof(EdgeDefect.CountsRacily), "10.1.1 10.1.2 10.1.4 11.3.3", "10.1.4")]
    [InlineData(nameof(EdgeDefect.RefusesWithoutRetryAfter), "10.1.1 10.1.2 10.1.4 11.3.3", "10.1.1 10.1.2")]
    [InlineData(nameof(EdgeDefect.TrustsForwardedFor), "10.1.1 10.1.2 10.1.4 11.3.3", "11.3.3")]
    [InlineData(nameof(EdgeDefect.SharesCountOfAddresses), "10.1.2 11.3.3", "10.1.2")]
    [InlineData(nameof(EdgeDefect.ReplaysFromTheCursorOn), "4.5", "4.5.1")]
    [InlineData(nameof(EdgeDefect.SilentGap), "4.5", "4.5.3")]
    [InlineData(nameof(EdgeDefect.HasOpenMetrics), "11.3.4 11.3.5", "11.3.4")]
    public async Task A_defect_fails_exactly_its_cases(string defect, string asked, string failing)
    {
        var results = await RunAsync(Enum.Parse<EdgeDefect>(defect), asked.Split(' '));

        Assert.Equal(failing, string.Join(' ', results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error).Select(result => result.Id)));
    }

    private static IEnumerable<CheckCase> Direct => CheckCase.All.Where(check => check.Attribute is { Direct: true, Publisher: false });

    private static async Task<IReadOnlyList<CaseResult>> RunAsync(EdgeDefect defect, string[] asked)
    {
        // An origin that no server knows of: a case that waited for it would fail.
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await SampleServer.StartAsync(defect);
        var target = await TargetAddress.ResolveAsync(server.Url, TestContext.Current.CancellationToken) with { IsServer = true };
        var cases = Direct.Where(check => asked.Any(id => check.Row.Id == id || check.Row.Id.StartsWith(id + ".", StringComparison.Ordinal))).ToArray();
        return await new CheckRunner(target, origin, server.Profile, seed: 1, parallel: 4, again: "check").RunAsync(cases, _ => { }, TestContext.Current.CancellationToken);
    }
}
