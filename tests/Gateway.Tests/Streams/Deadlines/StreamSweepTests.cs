using Gateway.Tests.Transport.Client;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using SseGateway.Configuration.Settings;
using SseGateway.Relay;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

public sealed class StreamSweepTests : IDisposable
{
    private readonly StreamsUnderTest _streams = new();
    private readonly DirectConnection _connection = new();

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(30)]
    public void A_silent_upstream_is_given_at_least_its_time_and_at_most_two_sweeps_more(double seconds)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        using var stream = Open(limit).Stream;

        var passed = 0;
        while (!stream.Ended.IsCancellationRequested && passed <= seconds + 3)
        {
            _streams.Pass(1);
            passed++;
        }

        Assert.Equal(CloseReason.UpstreamFailed, stream.Reason);
        Assert.InRange(TimeSpan.FromSeconds(passed), limit, limit + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Bytes_start_the_time_anew()
    {
        var (stream, output) = Open(TimeSpan.FromSeconds(2));
        for (var second = 1; second < 10; second++)
        {
            await output.WriteAsync("x"u8.ToArray());
            _streams.Pass(1);
        }

        Assert.Equal(CloseReason.None, stream.Reason);
        stream.Dispose();
    }

    [Fact]
    public async Task A_sweep_that_comes_late_does_not_end_a_stream_that_had_bytes_in_the_meantime()
    {
        var (stream, output) = Open(TimeSpan.FromSeconds(2));
        _streams.Pass(1);
        await output.WriteAsync("x"u8.ToArray());

        _streams.Time.Advance(TimeSpan.FromSeconds(60));
        _streams.Registry.Sweep();

        Assert.Equal(CloseReason.None, stream.Reason);
        stream.Dispose();
    }

    /// <summary>A write has the stream looked at once, by the next sweep, and the one after that by the sweep after it.</summary>
    [Fact]
    public async Task Every_sweep_sees_what_was_written_since_the_one_before()
    {
        var (stream, output) = Open(TimeSpan.Zero);
        for (var second = 1; second < 5; second++)
        {
            await output.WriteAsync("x"u8.ToArray());
            await output.WriteAsync("x"u8.ToArray());
            _streams.Pass(1);

            Assert.Equal(_streams.Registry.At(_streams.Registry.Now), stream.LastWriteAt);
            Assert.Equal(2 * second, stream.Counts.Bytes);
        }

        stream.Dispose();
    }

    [Fact]
    public void Without_a_limit_silence_lasts_as_long_as_it_likes()
    {
        using var stream = Open(TimeSpan.Zero).Stream;

        _streams.Pass(1);
        _streams.Time.Advance(TimeSpan.FromDays(30));
        _streams.Registry.Sweep();

        Assert.Equal(CloseReason.None, stream.Reason);
    }

    [Fact]
    public void Silence_before_the_first_bytes_counts_from_the_opening_however_old_the_gateway_is()
    {
        _streams.Pass(60);
        var (stream, output) = _streams.Open(_connection, new RouteSettings { Heartbeat = TimeSpan.FromSeconds(5) });

        _streams.Pass(4);
        Assert.Equal(0, output.Bytes);
        _streams.Pass(1);

        Assert.Equal(":\n\n".Length, output.Bytes);
        stream.Dispose();
    }

    [Fact]
    public async Task An_end_does_not_wait_for_a_frame_that_never_ends()
    {
        var (stream, output) = Open(TimeSpan.Zero);
        await output.WriteAsync("data: a"u8.ToArray());

        stream.End(CloseReason.Drained);
        _streams.Pass(2);
        Assert.False(stream.Ended.IsCancellationRequested);
        _streams.Pass(1);

        Assert.True(stream.Ended.IsCancellationRequested);
        Assert.Equal(CloseReason.Drained, stream.Reason);
        stream.Dispose();
    }

    /// <summary>A response that is over has given its connection to the next request, which must not be aborted in its place.</summary>
    [Fact]
    public void A_response_does_not_end_in_the_middle_of_the_abort_of_its_connection()
    {
        var connection = new WatchedConnection();
        var stream = _streams.Begin(connection: connection);
        stream.Connect(new RelayOutput(stream, _connection.Writer.WriteAsync, mayInsert: true));
        var endedMeanwhile = true;
        connection.Aborting = () =>
        {
            // Where it can end meanwhile it does at once; where it cannot, no patience is enough.
            var ending = Task.Run(stream.Dispose, CancellationToken.None);
            endedMeanwhile = ending.Wait(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        };

        _streams.Pass(12);

        Assert.Equal((CloseReason.Slow, false), (stream.Reason, endedMeanwhile));
    }

    [Fact]
    public async Task The_sweep_follows_the_clock_it_is_given_and_ends_with_the_host()
    {
        using var stream = Open(TimeSpan.FromSeconds(3)).Stream;
        using var sweep = new StreamSweep([_streams.Registry], _streams.Time, NullLogger<StreamSweep>.Instance);
        await sweep.StartAsync(TestContext.Current.CancellationToken);

        await Wire.Deadline.UntilAsync(
            () =>
            {
                _streams.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(stream.Ended.IsCancellationRequested);
            },
            "the silent stream to be ended");
        await sweep.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CloseReason.UpstreamFailed, stream.Reason);
        Assert.True(sweep.ExecuteTask!.IsCompleted);
    }

    public void Dispose() => _connection.Dispose();

    private (LiveStream Stream, RelayOutput Output) Open(TimeSpan idle) =>
        _streams.Open(_connection, new RouteSettings { Timeouts = new TimeoutSettings { Idle = idle }, Heartbeat = TimeSpan.Zero });

    private sealed class WatchedConnection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public Action Aborting { get; set; } = () => { };

        public void Abort() => Aborting();
    }
}
