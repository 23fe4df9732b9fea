using SseGateway.Configuration.Settings;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>The table itself: whoever changes a row changes a line here.</summary>
public sealed class EndingTableTests
{
    /// <summary>Columns: EventSource, MCP's GET, durable-streams, a dialect with errors of its own (a POST that asks for notices, and a GET), anybody else, and
    /// a POST that asks for notices.</summary>
    [Theory]
    [InlineData("ClientClosed", false, "gone", "gone", "gone", "gone", "gone", "gone", "gone")]
    [InlineData("ClientClosed", true, "gone", "gone", "gone", "gone", "gone", "gone", "gone")]
    [InlineData("UpstreamEnded", false, "as it came", "as it came", "as it came", "as it came", "as it came", "as it came", "as it came")]
    [InlineData("UpstreamEnded", true, "as it came", "as it came", "as it came", "as it came", "as it came", "as it came", "as it came")]
    [InlineData("Vanished", false, "gone", "gone", "gone", "gone", "gone", "gone", "gone")]
    [InlineData("Vanished", true, "gone", "gone", "gone", "gone", "gone", "gone", "gone")]
    [InlineData("UpstreamFailed", false, "broken", "broken", "broken", "told", "told", "broken", "broken")]
    [InlineData("UpstreamFailed", true, "soon", "soon", "clean", "told", "told", "cut", "cut")]
    [InlineData("Slow", false, "broken", "broken", "broken", "broken", "broken", "broken", "broken")]
    [InlineData("Slow", true, "broken", "broken", "broken", "broken", "broken", "broken", "broken")]
    [InlineData("Drained", false, "soon", "after a restart", "clean", "told", "told", "cut", "cut")]
    [InlineData("Drained", true, "soon", "after a restart", "clean", "told", "told", "cut", "cut")]
    [InlineData("Lifetime", false, "soon", "soon", "clean", "told", "told", "cut", "cut")]
    [InlineData("Expired", false, "soon", "soon", "clean", "told", "told", "cut", "cut")]
    [InlineData("Limit", true, "soon", "soon", "clean", "told", "told", "cut", "cut")]
    [InlineData("Evicted", false, "later", "later", "clean", "told", "told", "cut", "cut")]
    [InlineData("Revoked", false, "clean", "clean", "clean", "told", "told", "cut", "cut")]
    public void Each_way_of_ending_is_what_the_reader_can_live_with(string reason, bool wholeFrames, params string[] endings) =>
        Assert.Equal(endings, Readers().Select(reader => Word(EndingTable.Of(reader, Enum.Parse<CloseReason>(reason), wholeFrames))));

    [Fact]
    public void Every_reason_has_a_row_and_nobody_is_told_a_time_it_does_not_read()
    {
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            foreach (var reader in Readers())
            {
                Assert.True(EndingTable.TakesRetry(reader) || EndingTable.Of(reader, reason, wholeFrames: true).Retry is null, $"{reason}, {reader}");
            }
        }
    }

    [Fact]
    public void Notices_are_for_event_sources_and_for_those_who_ask()
    {
        Assert.Equal([true, false, false, true, false, false, true], Readers().Select(EndingTable.TakesNotices));
        Assert.True(EndingTable.TakesNotices(new Reader(Dialect.None, AsksForNotices: true, HasParser: false, CanComeBack: true)));
    }

    [Fact]
    public void Whoever_asks_and_can_come_back_is_treated_as_an_event_source()
    {
        var asks = new Reader(Dialect.None, AsksForNotices: true, HasParser: false, CanComeBack: true);
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            Assert.Equal(EndingTable.Of(Readers()[0], reason, wholeFrames: false), EndingTable.Of(asks, reason, wholeFrames: false));
        }
    }

    private static Reader[] Readers() =>
    [
        new(Dialect.EventSource, AsksForNotices: false, HasParser: true, CanComeBack: true),
        new(Dialect.Mcp, AsksForNotices: false, HasParser: true, CanComeBack: true),
        new(Dialect.DurableStreams, AsksForNotices: false, HasParser: false, CanComeBack: true),
        new(Dialect.OpenAI, AsksForNotices: true, HasParser: false, CanComeBack: false),
        new(Dialect.OpenAIResponses, AsksForNotices: false, HasParser: false, CanComeBack: true),
        new(Dialect.None, AsksForNotices: false, HasParser: true, CanComeBack: true),
        new(Dialect.None, AsksForNotices: true, HasParser: true, CanComeBack: false),
    ];

    private static string Word(Ending ending) => (ending.Kind, ending.Retry) switch
    {
        (EndKind.Gone, null) => "gone",
        (EndKind.AsItCame, null) => "as it came",
        (EndKind.Broken, null) => "broken",
        (EndKind.Cut, null) => "cut",
        (EndKind.Told, null) => "told",
        (EndKind.Clean, null) => "clean",
        (EndKind.Clean, { Least.TotalSeconds: 1 }) => "soon",
        (EndKind.Clean, { Least.TotalSeconds: 15 }) => "after a restart",
        (EndKind.Clean, { Least.TotalSeconds: 30 }) => "later",
        _ => ending.ToString(),
    };
}
