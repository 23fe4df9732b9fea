using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Transport.Client;

public sealed class SocketPipeWriterTests
{
    // More than the kernel takes for a peer that does not read.
    private const int Large = 8 * 1024 * 1024;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_flushed_has_left_when_the_flush_returns()
    {
        using var connection = new DirectConnection();

        var flush = connection.Writer.WriteAsync("data: a\n\n"u8.ToArray(), Test);

        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal("data: a\n\n"u8.ToArray(), await ReceiveAsync(connection.Peer, 9));
        Assert.Equal(0, connection.Writer.UnflushedBytes);
    }

    [Fact]
    public void Nothing_leaves_before_the_flush()
    {
        using var connection = new DirectConnection();

        connection.Writer.Write("data: a\n\n"u8);

        Assert.True(connection.Writer.CanGetUnflushedBytes);
        Assert.Equal(9, connection.Writer.UnflushedBytes);
        Assert.Equal(0, connection.Peer.Available);
    }

    /// <summary>In one send: a second one costs as much as the first.</summary>
    [Fact]
    public async Task A_chunk_takes_along_what_was_written_before_it()
    {
        using var connection = new DirectConnection();

        connection.Writer.Write("HTTP/1.1 200 OK\r\n\r\n"u8);
        await connection.Writer.SendChunkAsync("data: as long as its length says\n\n"u8.ToArray(), Test);

        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n22\r\ndata: as long as its length says\n\n\r\n"u8.ToArray(), connection.ReadAll());
        Assert.Equal(1, connection.ReceivedSegments());
        Assert.Equal(0, connection.Writer.UnflushedBytes);
    }

    /// <summary>A chunk of no bytes is the end of the body (RFC 9112 section 7.1).</summary>
    [Fact]
    public async Task A_chunk_of_nothing_is_none()
    {
        using var connection = new DirectConnection();

        connection.Writer.Write("HTTP/1.1 200 OK\r\n\r\n"u8);
        await connection.Writer.SendChunkAsync(default, Test);

        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), connection.ReadAll());
    }

    [Fact]
    public async Task A_write_larger_than_the_buffer_keeps_what_was_written_before()
    {
        using var connection = new DirectConnection();
        var large = RandomBytes(20_000);

        connection.Writer.Write("start "u8);
        connection.Writer.Write(large);
        connection.Writer.Write(" end"u8);
        await connection.Writer.FlushAsync(Test);

        byte[] expected = [.. "start "u8, .. large, .. " end"u8];
        Assert.Equal(expected, await ReceiveAsync(connection.Peer, expected.Length));
    }

    [Fact]
    public async Task A_flush_waits_for_a_peer_that_does_not_read_and_then_sends_every_byte_in_order()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);
        var bytes = RandomBytes(Large);

        var flush = connection.Writer.WriteAsync(bytes, Test).AsTask();

        Assert.False(flush.IsCompleted);
        Assert.Equal(bytes, await ReceiveAsync(connection.Peer, Large));
        Assert.False((await Deadline.ForAsync(flush)).IsCompleted);
        connection.Writer.Write("next"u8);
        await connection.Writer.FlushAsync(Test);
        Assert.Equal("next"u8.ToArray(), await ReceiveAsync(connection.Peer, 4));
    }

    [Fact]
    public async Task A_flush_to_a_peer_that_has_reset_is_completed_and_no_exception()
    {
        using var connection = new DirectConnection();
        Reset(connection.Peer);

        await Deadline.UntilAsync(
            async () => (await connection.Writer.WriteAsync("data: a\n\n"u8.ToArray(), Test)).IsCompleted,
            "a flush that says the client is gone");

        Assert.Null(connection.AbortReason);
    }

    [Fact]
    public async Task A_reset_ends_a_flush_that_waits()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);
        var flush = connection.Writer.WriteAsync(RandomBytes(Large), Test).AsTask();
        Assert.False(flush.IsCompleted);

        Reset(connection.Peer);

        Assert.True((await Deadline.ForAsync(flush)).IsCompleted);
    }

    [Fact]
    public async Task A_flush_given_up_half_sent_ends_the_connection_and_sends_nothing_more()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);
        using var giveUp = new CancellationTokenSource();
        var flush = connection.Writer.WriteAsync(RandomBytes(Large), giveUp.Token).AsTask();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(flush));
        Assert.NotNull(connection.AbortReason);
        Assert.True((await connection.Writer.WriteAsync("late"u8.ToArray(), Test)).IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_flush_says_so_once()
    {
        using var connection = new DirectConnection();

        connection.Writer.CancelPendingFlush();

        Assert.True((await connection.Writer.FlushAsync(Test)).IsCanceled);
        Assert.False((await connection.Writer.FlushAsync(Test)).IsCanceled);
    }

    [Fact]
    public async Task Completion_completes_the_transport_with_the_same_error()
    {
        using var connection = new DirectConnection();

        connection.Writer.Complete(new InvalidDataException("broken"));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await connection.TransportOutput.ReadAsync(Test));
        Assert.True((await connection.Writer.WriteAsync("late"u8.ToArray(), Test)).IsCompleted);
    }

    [Fact]
    public async Task Completion_leaves_the_buffer_to_a_flush_that_is_under_way()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);
        var bytes = RandomBytes(Large);
        var flush = connection.Writer.WriteAsync(bytes, Test).AsTask();

        connection.Writer.Complete();
        var another = ArrayPool<byte>.Shared.Rent(Large);
        another.AsSpan().Clear();

        Assert.Equal(bytes, await ReceiveAsync(connection.Peer, Large));
        await Deadline.ForAsync(flush);
        ArrayPool<byte>.Shared.Return(another);
    }

    [Fact]
    public void Completion_gives_no_memory_to_others_that_somebody_may_still_write_into()
    {
        using var connection = new DirectConnection();
        var buffer = ArrayOf(connection.Writer);

        connection.Writer.Complete();

        // The pool would hand the array that was given back last on this thread out first.
        Assert.NotSame(buffer, ArrayPool<byte>.Shared.Rent(buffer.Length));
    }

    [Fact]
    public void An_idle_writer_holds_no_buffer()
    {
        using var connection = new DirectConnection();
        var buffer = ArrayOf(connection.Writer);
        connection.Writer.Advance(1);

        var flush = connection.Writer.FlushAsync(Test);

        // The pool hands the array that was given back last on this thread out first.
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.Same(buffer, ArrayPool<byte>.Shared.Rent(buffer.Length));
    }

    [Fact]
    public void Advancing_past_the_memory_handed_out_is_refused()
    {
        using var connection = new DirectConnection();
        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Writer.Advance(1));
        var length = connection.Writer.GetMemory(100).Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Writer.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Writer.Advance(-1));
    }

    private static byte[] ArrayOf(PipeWriter writer)
    {
        Assert.True(MemoryMarshal.TryGetArray<byte>(writer.GetMemory(), out var segment));
        return segment.Array!;
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReceiveAsync(Socket peer, int length)
    {
        var bytes = new byte[length];
        for (var received = 0; received < length;)
        {
            var count = await Deadline.ForAsync(token => peer.ReceiveAsync(bytes.AsMemory(received), SocketFlags.None, token), "more bytes");
            Assert.NotEqual(0, count);
            received += count;
        }

        return bytes;
    }

    private static void Reset(Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
    }
}
