using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Life;

public sealed class StreamRegistryTests
{
    private readonly StreamsUnderTest _streams = new();

    [Fact]
    public void A_stream_is_listed_from_its_start_to_its_end()
    {
        var stream = _streams.Begin();
        Assert.Equal([stream], _streams.Registry.Streams);
        Assert.Same(stream, _streams.Registry.Find(stream.Id));

        stream.Dispose();

        Assert.Equal(0, _streams.Registry.Count);
        Assert.Null(_streams.Registry.Find(stream.Id));
    }

    [Fact]
    public void Names_of_streams_are_found_only_as_they_are_written()
    {
        using var stream = _streams.Begin();
        var number = stream.Id.Split('-')[1];

        Assert.Null(_streams.Registry.Find(number));
        Assert.Null(_streams.Registry.Find(stream.Id + " "));
        Assert.Null(_streams.Registry.Find(stream.Id.Replace("-", "-0", StringComparison.Ordinal)));
        Assert.Null(_streams.Registry.Find("-" + number));
        Assert.Null(_streams.Registry.Find(""));
    }

    [Fact]
    public void A_drain_refuses_an_event_source_that_has_no_head_yet_and_lets_others_have_theirs()
    {
        using var get = _streams.Begin(accept: StreamsUnderTest.EventSource);
        using var other = _streams.Begin(accept: StreamsUnderTest.Parser);
        using var post = _streams.Begin(method: "POST");

        _streams.Registry.Drain();

        Assert.True(_streams.Registry.Draining);
        Assert.Equal([CloseReason.Drained, CloseReason.None, CloseReason.None], [get.Reason, other.Reason, post.Reason]);
        Assert.True(get.Ended.IsCancellationRequested);
        Assert.False(other.Ended.IsCancellationRequested);
        Assert.False(post.Ended.IsCancellationRequested);
    }

    [Fact]
    public void The_first_reason_stays()
    {
        using var gone = new CancellationTokenSource();
        using var stream = _streams.Begin(client: gone);

        gone.Cancel();
        stream.End(CloseReason.Drained);

        Assert.Equal(CloseReason.ClientClosed, stream.Reason);
    }

    [Fact]
    public void A_client_that_leaves_after_the_end_changes_nothing()
    {
        using var gone = new CancellationTokenSource();
        var stream = _streams.Begin(client: gone);
        stream.Dispose();

        gone.Cancel();

        Assert.Equal(CloseReason.None, stream.Reason);
    }
}
