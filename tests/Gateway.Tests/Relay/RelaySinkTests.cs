using System.Net.Sockets;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using SseGateway.Relay;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Relay;

public sealed class RelaySinkTests
{
    private static readonly byte[] Event =
        "event: message\nid: 4711\ndata: {\"text\":\"a hundred bytes or so, as most events of a chat have them\"}\n\n"u8.ToArray();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public void An_event_that_the_client_takes_at_once_costs_no_allocation()
    {
        const int Events = 100_000;
        const int Burst = 100; // Always less than the kernel takes, so that no write has to wait: waiting may allocate.
        using var connection = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(connection);
        using var sink = new RelaySink(output);
        var received = 0L;
        var reader = new Thread(() =>
        {
            var buffer = new byte[64 * 1024];
            while (connection.Peer.Receive(buffer, SocketFlags.None) is > 0 and var count)
            {
                Interlocked.Add(ref received, count);
            }
        });
        reader.Start();
        Write(Burst);

        // On a busy machine this thread has to sleep while it waits for the reader, and the first sleep may allocate.
        SpinWait.SpinUntil(() => false, millisecondsTimeout: 5);

        // A collection may take away the buffers that the pool keeps for this thread, which then are made anew: once, and not with each event.
        var allocated = long.MaxValue;
        var rounds = 0;
        while (allocated != 0 && rounds++ < 5)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Write(Events);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        connection.Writer.Complete();
        connection.CloseSending();
        reader.Join();
        Assert.Equal(0, allocated);
        Assert.Equal(((rounds * Events) + Burst) * (long)Event.Length, Interlocked.Read(ref received));

        void Write(int count)
        {
            var target = Interlocked.Read(ref received);
            for (var i = 1; i <= count; i++)
            {
                var write = sink.WriteAsync(Event, Test);
                if (!write.IsCompletedSuccessfully)
                {
                    Assert.Fail("a write had to wait");
                }

                target += Event.Length;
                if (i % Burst == 0)
                {
                    var spin = default(SpinWait);
                    while (Interlocked.Read(ref received) < target)
                    {
                        spin.SpinOnce();
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("data: a\n\n", true)]
    [InlineData("data: a\r\r", true)]
    [InlineData("data: a\n", false)]
    [InlineData("data: a\n\ndata", false)]
    public async Task The_end_of_a_frame_is_seen_in_what_was_written(string written, bool boundary)
    {
        using var connection = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(connection);
        await using var sink = new RelaySink(output);

        foreach (var one in written)
        {
            await sink.WriteAsync(new[] { (byte)one }, Test);
        }

        Assert.Equal(boundary, output.AtBoundary);
    }

    [Fact]
    public async Task A_client_that_is_gone_ends_the_stream_and_the_copy()
    {
        using var connection = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(connection);
        await using var sink = new RelaySink(output);
        connection.Writer.Complete();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sink.WriteAsync(Event, Test));

        Assert.True(output.ClientFailed);
        Assert.Equal(CloseReason.ClientClosed, stream.Reason);
    }

    [Fact]
    public async Task A_write_given_up_because_the_stream_was_ended_is_not_the_clients_failure()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);
        var (stream, output) = new StreamsUnderTest().Open(connection);
        await using var sink = new RelaySink(output);
        var write = sink.WriteAsync(new byte[8 * 1024 * 1024], stream.Ended).AsTask();
        Assert.False(write.IsCompleted);

        stream.Abort(CloseReason.Drained);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wire.Deadline.ForAsync(write));
        Assert.False(output.ClientFailed);
    }

    [Theory]
    [InlineData("data: a\n", "\n", "\n")]
    [InlineData("data: a\nda", "ta: b\n\ndata: c\n\n", "ta: b\n\n")]
    [InlineData("data: a\r\n\r\nid", ": 1\r\n\r\nid: 2\r\n", ": 1\r\n\r")]
    [InlineData("data: a\n\ndata: b", " b|b|\n\ndata: c", " bb\n\n")]
    public async Task A_drain_lets_the_frame_under_way_end_and_nothing_after_it(string before, string after, string passed)
    {
        using var connection = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(connection);
        await using var sink = new RelaySink(output);
        await sink.WriteAsync(Bytes(before), stream.Ended);

        stream.End(CloseReason.Drained);

        Assert.False(stream.Ended.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            foreach (var part in after.Split('|'))
            {
                await sink.WriteAsync(Bytes(part), stream.Ended);
            }
        });
        Assert.True(output.AtBoundary);
        Assert.False(output.ClientFailed);
        Assert.Equal(CloseReason.Drained, stream.Reason);
        connection.Writer.Complete();
        connection.CloseSending();
        Assert.Equal(before + passed, Received(connection.Peer));
    }

    [Fact]
    public async Task A_drain_between_two_frames_is_the_end()
    {
        using var connection = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(connection);
        await using var sink = new RelaySink(output);
        await sink.WriteAsync(Event, Test);

        stream.End(CloseReason.Drained);

        Assert.True(stream.Ended.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sink.WriteAsync(Event, stream.Ended));
        connection.Writer.Complete();
        connection.CloseSending();
        Assert.Equal(System.Text.Encoding.UTF8.GetString(Event), Received(connection.Peer));
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string Received(Socket peer)
    {
        using var stream = new NetworkStream(peer);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
