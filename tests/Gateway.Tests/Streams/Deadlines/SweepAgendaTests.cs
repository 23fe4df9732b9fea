using Gateway.Tests.Transport.Client;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>Streams rest between their deadlines, and none is forgotten.</summary>
public sealed class SweepAgendaTests : IDisposable
{
    private static readonly RouteSettings Beating = new() { Heartbeat = TimeSpan.FromSeconds(5) };

    private readonly StreamsUnderTest _streams = new();
    private readonly DirectConnection _connection = new();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_stream_in_the_place_of_one_that_is_over_has_its_own_deadlines()
    {
        for (var round = 1; round <= 3; round++)
        {
            var (stream, output) = _streams.Open(_connection, Beating);
            _streams.Pass(6);
            Assert.Equal(":\n\n".Length, output.Bytes);
            stream.Dispose();
            _streams.Pass(3);
        }
    }

    [Fact]
    public void Of_more_streams_than_a_page_holds_each_is_swept()
    {
        var streams = Enumerable.Range(0, (2 * SweepPage.Length) + 1).Select(_ => _streams.Open(_connection, Beating)).ToArray();

        _streams.Pass(6);

        Assert.All(streams, open => Assert.Equal(":\n\n".Length, open.Output.Bytes));
        foreach (var (stream, _) in streams) stream.Dispose();
    }

    [Fact]
    public void A_silent_stream_rests_until_its_next_deadline()
    {
        var (stream, _) = _streams.Open(_connection, Beating);
        _streams.Pass(1);
        var now = _streams.Registry.Now;

        Assert.Equal(now + TimeSpan.FromSeconds(4), stream.Sweep(now, _streams.Time.GetUtcNow()));
        stream.Dispose();
    }

    /// <summary>What a write leaves behind is there for the sweep that follows it, whatever sweeps came while it was made.</summary>
    [Fact]
    public async Task No_write_goes_unseen_among_sweeps()
    {
        const int Rounds = 1_000;
        const int Writes = 20;
        var (stream, output) = _streams.Open(_connection, new RouteSettings { Heartbeat = TimeSpan.Zero });
        var draining = Task.Run(() => Drain(_connection), TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _streams.Registry.Sweep();

                    // Beside everything else, or it would have a core for itself for as long as it takes: half a minute on a busy machine.
                    Thread.Yield();
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var round = 0;
        do
        {
            // Somewhere among them a sweep is still at what one has left when the next one comes.
            for (var write = 0; write < Writes; write++) await output.WriteAsync("x"u8.ToArray());
            round++;
        }
        while (SpinWait.SpinUntil(() => stream.Counts.Bytes == round * Writes, Deadline.Limit) && round < Rounds);
        await stop.CancelAsync();
        await sweeping;
        Assert.Equal((Rounds, Rounds * Writes), (round, stream.Counts.Bytes));
        stream.Dispose();
        _connection.CloseSending();
        await draining;
    }

    private static void Drain(DirectConnection connection)
    {
        var buffer = new byte[4096];
        while (connection.Peer.Receive(buffer) > 0)
        {
        }
    }

    [Fact]
    public void A_credential_ends_by_the_time_of_day_also_when_that_is_set()
    {
        var (stream, _) = _streams.Open(
            _connection, new RouteSettings { Heartbeat = TimeSpan.Zero }, expiresAt: _streams.Time.GetUtcNow().AddHours(1));
        _streams.Pass(2);

        _streams.Time.AdjustTime(_streams.Time.GetUtcNow().AddHours(1));
        _streams.Pass(61);

        Assert.Equal(CloseReason.Expired, stream.Reason);
        stream.Dispose();
    }

    [Fact]
    public async Task Word_that_comes_while_a_stream_rests_is_seen_by_the_next_sweep()
    {
        var (stream, output) = _streams.Open(_connection, new RouteSettings { Heartbeat = TimeSpan.Zero });
        _streams.Pass(30);
        await output.WriteAsync("data: half"u8.ToArray());
        stream.End(CloseReason.Revoked);

        _streams.Pass(4);

        Assert.True(stream.Ended.IsCancellationRequested);
        stream.Dispose();
    }
}
