using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>The harness is tested: of a proxy with one thing wrong exactly the cases fail that are about it, and of a sound one none.</summary>
public sealed class BrokenProxyTests(ProxyRuns runs) : IClassFixture<ProxyRuns>
{
    [Fact]
    public Task Sound_proxy_fails_nothing() => FailsExactlyAsync(Defect.None);

    // What is about nothing else than that; all others end the body and are judged for what they are about.
    [Fact]
    public Task Buffering_fails_whatever_waits_while_the_upstream_is_open() => FailsExactlyAsync(
        Defect.BuffersEverything,
        "2.2.1", "6.1.1", "7.2.1", "7.2.2", "7.2.3", "7.2.5", "7.2.6", "7.2.7", "7.2.8", "7.2.11");

    // As above without the heads.
    [Fact]
    public Task Holding_the_last_event_fails_lockstep() => FailsExactlyAsync(
        Defect.HoldsTheLastEvent,
        "2.2.1", "6.1.1", "7.2.1", "7.2.2", "7.2.3", "7.2.5", "7.2.6", "7.2.7", "7.2.8", "7.2.11");

    [Fact]
    public Task A_last_chunk_that_was_not_sent_fails_broken_endings() =>
        FailsExactlyAsync(Defect.AddsTheMissingLastChunk, "3.3.3", "3.3.10", "4.2.3", "7.4.7", "7.4.8");

    // Not 2.1.2, where the comment stands inside the byte order mark: other bytes, but the same events, so NON-STRICT.
    [Fact]
    public Task A_comment_inside_a_line_fails_where_lines_are_cut() =>
        FailsExactlyAsync(Defect.WritesACommentInsideALine, "2.1.7", "2.1.12", "2.2.4", "7.1.2", "7.1.3");

    [Fact]
    public Task Stripped_ids_fail_where_there_are_ids() =>
        FailsExactlyAsync(Defect.StripsIds, "1.6.1", "2.1.1", "2.1.7", "2.4.4", "3.3.1", "4.4.7", "4.4.8", "4.4.11", "7.1.1", "7.1.2", "7.1.6", "7.3.7");

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

    // Not 11.3.1: its streams are open when they are asked for again, and what has not ended is not kept.
    [Fact]
    public Task A_cache_fails_where_a_url_is_asked_for_again() => FailsExactlyAsync(Defect.Caches, "5.2.8");

    [Fact]
    public Task A_connection_that_a_head_has_not_freed_fails_the_gets_after_it() => FailsExactlyAsync(Defect.ReusesTheConnectionOfAHead, "5.2.11");

    private async Task FailsExactlyAsync(Defect defect, params string[] ids)
    {
        var results = await runs.Of(defect);
        var failed = Failed(results);
        var again = failed.Select(result => result.Id).Except(ids).ToArray();
        var unexpected = Failed(
            again.Length == 0 ? [] : await runs.AgainAsync(defect, again)).Select(result => $"{result.Id} {result.Verdict}: {result.Actual}");
        var missed = ids.Except(failed.Select(result => result.Id)).Select(id => $"{id} did not fail");
        string[] wrong = [.. unexpected, .. missed];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Contains(results, result => result.Verdict == Verdict.Ok);
    }

    private static CaseResult[] Failed(IReadOnlyList<CaseResult> results) => [.. results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error)];
}
