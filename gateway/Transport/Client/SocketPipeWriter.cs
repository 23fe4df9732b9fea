using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace SseGateway.Transport.Client;

/// <summary>
/// A <see cref="PipeWriter"/> whose flush is a non-blocking send on the connection's socket; only what the kernel does not take
/// at once is awaited. It holds a buffer only between the first byte of a write and the end of its flush.
/// </summary>
/// <remarks>
/// One writer at a time, and no write while a flush is pending: Kestrel serialises both. Completing it completes the transport's
/// own output, which is otherwise unused, so that the connection is shut down as always.
/// </remarks>
internal sealed class SocketPipeWriter : PipeWriter
{
    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly PipeWriter _transport;
    private WrittenBytes _written;
    private bool _closed;
    private volatile bool _detached;
    private volatile bool _cancelFlush;

    // True while the kernel holds on to the buffer; then only the pending flush may release it.
    private volatile bool _sending;

    public SocketPipeWriter(ConnectionContext connection, Socket socket)
    {
        _connection = connection;
        _socket = socket;
        Handle = socket.SafeHandle;
        _transport = connection.Transport.Output;
        socket.Blocking = false;
    }

    /// <summary>The connection's.</summary>
    public SafeSocketHandle Handle { get; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    public override void Advance(int bytes) => _written.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_written.Length == 0)
        {
            return new(Result());
        }

        var drop = _closed || _detached;
        var sent = drop ? 0 : SendNow(_written.Span);
        if (drop || _closed || sent == _written.Length)
        {
            _written.Return();
            return new(Result());
        }

        return FlushRest(sent, cancellationToken);
    }

    /// <summary>As they lie, where nothing is buffered: TLS has its records in a buffer of its own.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _written.Length == 0 && !_detached ? SendAsync(source, cancellationToken) : base.WriteAsync(source, cancellationToken);

    /// <summary>
    /// Sends bytes as they lie, past the buffer. For who frames the response's body itself, between two writes of the server's; the rules for
    /// one writer at a time are the same.
    /// </summary>
    /// <param name="bytes">They have to stay as they are until the task completes.</param>
    /// <param name="cancellationToken">Gives up, and ends the connection when a part has been sent.</param>
    public ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var sent = _closed ? 0 : SendNow(bytes.Span);
        return _closed || sent == bytes.Length ? new(Result()) : SendRest(bytes[sent..], cancellationToken);
    }

    /// <summary>
    /// Sends a chunk of the response's body, together with what has been written and not flushed: the server's way to the same bytes is longer. Between two
    /// writes of the server's, which knows that the body is chunked.
    /// </summary>
    /// <param name="bytes">What is in it. Of none, which would be the body's end, only what has been written is sent.</param>
    /// <param name="cancellationToken">Gives up, and ends the connection when a part has been sent.</param>
    public ValueTask<FlushResult> SendChunkAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
        {
            return FlushAsync(cancellationToken);
        }

        var chunk = GetSpan(ChunkHead.MaxBytes + bytes.Length + 2);
        var head = ChunkHead.Write(chunk, bytes.Length);
        bytes.Span.CopyTo(chunk[head..]);
        "\r\n"u8.CopyTo(chunk[(head + bytes.Length)..]);
        Advance(head + bytes.Length + 2);
        return FlushAsync(cancellationToken);
    }

    /// <summary>From now on the socket is for <see cref="SendAsync"/> alone: what is written otherwise, and the end, goes nowhere.</summary>
    public void Detach() => _detached = true;

    // What the kernel takes at once.
    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        if (NonBlockingSend.Send(Handle, bytes) is > 0 and var taken)
        {
            return taken;
        }

        try
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            switch (error)
            {
                case SocketError.Success:
                    return sent;
                case SocketError.WouldBlock or SocketError.IOPending:
                    return 0;
                default:
                    _closed = true;
                    return 0;
            }
        }
        catch (ObjectDisposedException)
        {
            _closed = true;
            return 0;
        }
    }

    private async ValueTask<FlushResult> FlushRest(int sent, CancellationToken cancellationToken)
    {
        _sending = true;
        try
        {
            return await SendRest(_written.Memory[sent..], cancellationToken);
        }
        finally
        {
            _sending = false;
            _written.Return();
        }
    }

    private async ValueTask<FlushResult> SendRest(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client is gone; the transport's reading side reports that to the application.
            _closed = true;
        }
        catch (OperationCanceledException)
        {
            // What was half sent cannot be taken back, and nothing may follow it: the connection ends here.
            _closed = true;
            _connection.Abort(new ConnectionAbortedException("A write was given up before the client had read all of it."));
            throw;
        }

        return Result();
    }

    public override void CancelPendingFlush() => _cancelFlush = true;

    public override void Complete(Exception? exception = null)
    {
        if (_detached)
        {
            return;
        }

        _closed = true;
        if (!_sending)
        {
            _written.Abandon();
        }

        _transport.Complete(exception);
    }

    private FlushResult Result()
    {
        var cancelled = _cancelFlush;
        _cancelFlush = false;
        return new FlushResult(cancelled, _closed);
    }
}
