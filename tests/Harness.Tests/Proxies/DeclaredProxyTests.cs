using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>As <see cref="BrokenProxyTests"/>, for cases that a target has to declare something for: that it has heartbeats, or shares streams.</summary>
public sealed class DeclaredProxyTests(DeclaredProxyRuns runs) : IClassFixture<DeclaredProxyRuns>
{
    [Theory]
    [InlineData(nameof(Defect.None), "")]
    [InlineData(nameof(Defect.EndsPagesWhenTheUpstreamIsAway), "7.4.14")]
    [InlineData(nameof(Defect.TakesIdentityForACoding), "7.3.13")]
    [InlineData(nameof(Defect.BlankLineAfterHeartbeats), "4.1.11 4.1.12")]
    [InlineData(nameof(Defect.NoBlankLineAfterHeartbeats), "4.1.11")]
    [InlineData(nameof(Defect.HeartbeatsEndInCr), "4.1.12 4.1.13")]
    [InlineData(nameof(Defect.HeartbeatsEndInLf), "4.1.13")]
    [InlineData(nameof(Defect.HeartbeatsWaitForABlankLine), "4.1.13 4.1.14")]
    [InlineData(nameof(Defect.AsksAgainAfterACleanEnd), "4.2.9")]
    [InlineData(nameof(Defect.ClosesOnLargeEvents), "2.3.13")]
    public async Task A_defect_fails_exactly_its_cases(string defect, string failing)
    {
        var results = await runs.Of(Enum.Parse<Defect>(defect));

        var failed = results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error).ToArray();
        Assert.True(failing == string.Join(' ', failed.Select(result => result.Id)),
            string.Join('\n', failed.Select(result => $"{result.Id} {result.Verdict}: {result.Actual}")));
        Assert.Equal(
            DeclaredProxyRuns.Asked.Count - failed.Length, results.Count(result => result.Verdict is Verdict.Ok or Verdict.NonStrict or Verdict.BesideOthers));
    }
}
