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

    [Fact]
    public Task Buffering_fails_whatever_waits_while_the_upstream_is_open() => FailsExactlyAsync(
        Defect.BuffersEverything,
        "2.2.1", "3.1.1", "3.3.10", "4.1.1", "5.2.8", "6.1.1", "6.1.7", "7.1.6",
        "7.2.1", "7.2.2", "7.2.3", "7.2.5", "7.2.6", "7.2.7", "7.2.8", "7.2.11",
        "7.3.1", "7.3.2", "7.3.4", "7.3.5", "7.3.8", "7.4.1", "7.4.2", "7.4.6", "11.3.1");

    [Fact]
    public Task Holding_the_last_event_fails_lockstep() => FailsExactlyAsync(
        Defect.HoldsTheLastEvent,
        "2.2.1", "4.1.1", "5.2.8", "6.1.1", "6.1.7", "7.1.6",
        "7.2.1", "7.2.2", "7.2.3", "7.2.5", "7.2.6", "7.2.7", "7.2.8", "7.2.11", "7.4.1", "7.4.6", "11.3.1");

    [Fact]
    public Task A_last_chunk_that_was_not_sent_fails_broken_endings() =>
        FailsExactlyAsync(Defect.AddsTheMissingLastChunk, "3.3.3", "3.3.10", "4.2.3", "7.4.7", "7.4.8");

    [Fact]
    public Task A_comment_inside_a_line_fails_where_lines_are_cut() =>
        FailsExactlyAsync(Defect.WritesACommentInsideALine, "2.1.2", "2.1.7", "2.1.12", "2.2.4", "7.1.2", "7.1.3");

    [Fact]
    public Task Stripped_ids_fail_where_there_are_ids() =>
        FailsExactlyAsync(Defect.StripsIds, "1.6.1", "2.1.1", "2.1.7", "2.4.4", "3.3.1", "7.1.1", "7.1.2", "7.1.6", "7.3.7");

    [Fact]
    public Task A_repeated_post_fails_the_count_of_requests() => FailsExactlyAsync(Defect.RepeatsPosts, "6.1.9");

    [Fact]
    public Task Compression_without_a_flush_fails_where_the_client_allows_it() => FailsExactlyAsync(Defect.CompressesWithoutFlushing, "7.2.6", "7.3.8");

    [Fact]
    public Task A_leaked_upstream_fails_where_the_client_leaves() => FailsExactlyAsync(Defect.LeaksTheUpstream, "6.1.7", "7.4.1", "7.4.2", "7.4.4");

    [Fact]
    public Task Fields_of_one_connection_fail_on_both_ways() => FailsExactlyAsync(Defect.PassesHopByHopFields, "5.2.4", "7.3.5");

    [Fact]
    public Task Joined_cookies_fail_repeated_fields() => FailsExactlyAsync(Defect.JoinsSetCookies, "7.3.4");

    [Fact]
    public Task A_cache_fails_where_a_url_is_asked_for_again() => FailsExactlyAsync(Defect.Caches, "5.2.8", "11.3.1");

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
