using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Streams;

public sealed class StreamSweepTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly StreamRegistry _registry = new();

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(30)]
    public void A_silent_upstream_is_given_at_least_its_time_and_at_most_two_sweeps_more(double seconds)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        using var stream = Open(limit);
        var now = TimeSpan.Zero;

        while (!stream.Ended.IsCancellationRequested && now <= limit + (3 * Second))
        {
            now += Second;
            _registry.Sweep(now);
        }

        Assert.Equal(CloseReason.UpstreamFailed, stream.Reason);
        Assert.InRange(now, limit, limit + (2 * Second));
    }

    [Fact]
    public void Bytes_start_the_time_anew()
    {
        using var stream = Open(2 * Second);
        for (var now = Second; now < 10 * Second; now += Second)
        {
            stream.Touch();
            _registry.Sweep(now);
        }

        Assert.Equal(CloseReason.None, stream.Reason);
    }

    [Fact]
    public void A_sweep_that_comes_late_does_not_end_a_stream_that_had_bytes_in_the_meantime()
    {
        using var stream = Open(2 * Second);
        _registry.Sweep(Second);
        stream.Touch();

        _registry.Sweep(60 * Second);

        Assert.Equal(CloseReason.None, stream.Reason);
    }

    [Fact]
    public void Without_a_limit_silence_lasts_as_long_as_it_likes()
    {
        using var stream = Open(TimeSpan.Zero);

        _registry.Sweep(Second);
        _registry.Sweep(TimeSpan.FromDays(30));

        Assert.Equal(CloseReason.None, stream.Reason);
    }

    [Fact]
    public void A_drain_does_not_wait_for_a_frame_that_never_ends()
    {
        using var stream = Open(TimeSpan.Zero);
        stream.InFrame = true;
        _registry.Sweep(Second);
        _registry.Drain();

        _registry.Sweep(2 * Second);
        Assert.Equal(CloseReason.None, stream.Reason);
        _registry.Sweep((2 * Second) + LiveStream.DrainGrace);

        Assert.Equal(CloseReason.Drained, stream.Reason);
        Assert.True(stream.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task The_sweep_follows_the_clock_it_is_given_and_ends_with_the_host()
    {
        var time = new FakeTimeProvider();
        using var stream = Open(3 * Second);
        using var sweep = new StreamSweep(_registry, time);
        await sweep.StartAsync(TestContext.Current.CancellationToken);

        await Wire.Deadline.UntilAsync(
            () =>
            {
                time.Advance(Second);
                return Task.FromResult(stream.Ended.IsCancellationRequested);
            },
            "the silent stream to be ended");
        await sweep.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CloseReason.UpstreamFailed, stream.Reason);
        Assert.True(sweep.ExecuteTask!.IsCompleted);
    }

    private LiveStream Open(TimeSpan idle) => new(_registry, new DefaultHttpContext(), idle);
}
