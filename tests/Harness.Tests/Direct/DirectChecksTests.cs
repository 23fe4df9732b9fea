using Harness.Tests.Edge;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>What <c>check --direct</c> asks, of servers of which it is known what is wrong with them; nothing of it may want the harness's origin.</summary>
public sealed class DirectChecksTests
{
    // What the sample has not: keys that are fetched, revoking, a rate, a process to look at, https://*.example.com, TLS, HTTP/2, a network.
    private static readonly string[] NotOfTheSample = ["8.1.8", "9.3.3", "9.3.4", "10.1.5", "10.1.10", "10.1.11", "10.1.12", "12.1.6"];

    // Of its framework, not of the sample: 40 s each, or judged elsewhere.
    private static readonly string[] NotHere = ["11.2.9"];

    [Fact]
    public async Task A_server_without_defects_fails_nothing_and_is_asked_all_of_it()
    {
        var results = await DirectRun.AskAsync(EdgeDefect.None, [.. DirectRun.Cases.Select(check => check.Row.Id).Except(NotHere)]);

        Assert.All(results, result => Assert.True(result.Verdict is not (Verdict.Failed or Verdict.Error), $"{result.Id} {result.Verdict}: {result.Actual}"));
        Assert.Equal(NotOfTheSample.Order(StringComparer.Ordinal),
            results.Where(result => result.Verdict == Verdict.Skipped).Select(result => result.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cors_tokens_limits_and_replay_are_asked_of_a_server()
    {
        var ids = DirectRun.Cases.Select(check => check.Row.Id).ToHashSet();

        foreach (var id in "4.5.1 4.5.3 8.1.2 8.2.1 9.1.1 9.1.4 9.2.1 9.3.1 10.1.1 10.1.3 11.2.2 11.3.4".Split(' '))
        {
            Assert.Contains(id, ids);
        }
    }
}
