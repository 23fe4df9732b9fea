using Microsoft.AspNetCore.Http;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Streams;

public sealed class StreamRegistryTests
{
    private readonly StreamRegistry _registry = new();

    [Fact]
    public void A_stream_is_listed_from_its_start_to_its_end()
    {
        var stream = Open();
        Assert.Equal(1, _registry.Count);

        stream.Dispose();

        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public void A_drain_ends_every_stream_that_lives()
    {
        using var first = Open();
        using var second = Open();

        _registry.Drain();

        Assert.True(_registry.Draining);
        Assert.Equal([CloseReason.Drained, CloseReason.Drained], [first.Reason, second.Reason]);
        Assert.True(first.Ended.IsCancellationRequested && second.Ended.IsCancellationRequested);
    }

    [Fact]
    public void A_stream_that_comes_during_a_drain_ends_at_once()
    {
        _registry.Drain();

        using var late = Open();

        Assert.Equal(CloseReason.Drained, late.Reason);
        Assert.True(late.Ended.IsCancellationRequested);
    }

    [Fact]
    public void The_first_reason_stays()
    {
        using var gone = new CancellationTokenSource();
        using var stream = OpenUntil(gone.Token);

        gone.Cancel();
        stream.Close(CloseReason.Drained);

        Assert.Equal(CloseReason.ClientClosed, stream.Reason);
    }

    [Fact]
    public void A_client_that_leaves_after_the_end_changes_nothing()
    {
        using var gone = new CancellationTokenSource();
        var stream = OpenUntil(gone.Token);
        stream.Dispose();

        gone.Cancel();

        Assert.Equal(CloseReason.None, stream.Reason);
    }

    [Fact]
    public async Task Streams_that_come_while_a_drain_runs_are_ended_too()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opening = Task.Run(
            () =>
            {
                var streams = new List<LiveStream>();
                while (!_registry.Draining || streams.Count < 1000)
                {
                    streams.Add(Open());
                    started.TrySetResult();
                }

                return streams;
            },
            TestContext.Current.CancellationToken);
        await started.Task;
        _registry.Drain();

        Assert.All(await opening, stream => Assert.Equal(CloseReason.Drained, stream.Reason));
    }

    private LiveStream Open() => OpenUntil(CancellationToken.None);

    private LiveStream OpenUntil(CancellationToken clientGone) =>
        new(_registry, new DefaultHttpContext { RequestAborted = clientGone }, TimeSpan.Zero);
}
