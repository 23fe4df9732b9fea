using System.Buffers;
using System.Net.Sockets;
using SseGateway.Transport.Client;
using SseGateway.Transport.Polling;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// The body of an upstream's answer, read from the connection itself. Between two events it holds no buffer, and an event costs no
/// allocation.
/// </summary>
internal sealed class UpstreamBody : IDisposable
{
    /// <summary>Several events of a fast upstream in one read; rented only while they are passed on.</summary>
    public const int BufferBytes = 16 * 1024;

    // So much of one upstream that always has more, and the others of its poller have their turn.
    private const int MostReads = 16;

    private readonly Socket _socket;
    private readonly bool _chunked;
    private Memory<byte> _first;
    private ChunkedBody _chunks;
    private bool _closed;

    // Null where .NET waits for the socket.
    private volatile Readiness? _readiness;
    private bool _hasMore;

    /// <param name="socket">The connection, non-blocking; closed at the end, whatever the end is.</param>
    /// <param name="chunked">Whether the body is in chunks; if not, it ends with the connection.</param>
    /// <param name="received">What of it has come already. It is changed.</param>
    public UpstreamBody(Socket socket, bool chunked, Memory<byte> received)
    {
        (_socket, _chunked) = (socket, chunked);
        _first = Decode(received);
    }

    /// <summary>True when some of it is here already, and is written without waiting. Before it is copied.</summary>
    public bool HasBegun => !_first.IsEmpty;

    /// <summary>True when it goes to a connection that other bodies go to as well. Before it is copied.</summary>
    public bool IsGathered { get; set; }

    /// <summary>Copies until the body's end.</summary>
    /// <param name="client">Where to; every read is one write.</param>
    /// <param name="ended">Ends the copy and closes the connection.</param>
    /// <exception cref="IOException">The upstream has cut its answer.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task CopyToAsync(Stream client, CancellationToken ended)
    {
        using var connection = _socket;
        Poller? poller = null;
        await using var close = ended.UnsafeRegister(static body => ((UpstreamBody)body!).Close(), this);
        try
        {
            if (HasBegun)
            {
                await client.WriteAsync(_first, ended);
                _first = default;
            }

            for (var reads = 0; !IsWhole; reads++)
            {
                // Of no bytes: until there are some, there is no need of a buffer.
                if (_readiness is null)
                {
                    // Once at least by .NET's means: a socket keeps what its last awaited read was into, which is the handler's buffer.
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
                    _readiness = Poller.TryAdd(_socket.SafeHandle, out poller);
                    if (_readiness is not null)
                    {
                        _readiness.IsGathered = IsGathered;
                    }
                }
                else if (!_hasMore)
                {
                    reads = 0;
                    await _readiness.WaitAsync();
                }
                else if (reads % MostReads == 0)
                {
                    await Task.Yield();
                }

                await PassOnAsync(client, ended);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            ended.ThrowIfCancellationRequested();
            throw new IOException($"The connection to the upstream broke: {exception.Message}", exception);
        }
        finally
        {
            if (_readiness is { } readiness)
            {
                poller!.Remove(readiness);
            }
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket.Dispose();

    // Whoever waits goes on elsewhere: who ends a stream does not do what is left to do for it.
    private void Close()
    {
        _socket.Dispose();
        if (_readiness is { } readiness)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static readiness => readiness.Set(hungUp: true), readiness, preferLocal: false);
        }
    }

    private bool IsWhole =>
        !_chunked ? _closed
        : _chunks.Malformed ? throw new HttpIOException(HttpRequestError.InvalidResponse, "The upstream's answer is not in chunks as it says.")
        : _chunks.Ended;

    private ValueTask PassOnAsync(Stream client, CancellationToken ended)
    {
        // When something is thrown it is the end, and the buffer is not missed.
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var write = ReadAsync(client, buffer, ended);
        if (!write.IsCompletedSuccessfully)
        {
            return FinishAsync(write, buffer);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return default;
    }

    private ValueTask ReadAsync(Stream client, byte[] buffer, CancellationToken ended)
    {
        var length = _socket.Receive(buffer, SocketFlags.None, out var error);
        _hasMore = error == SocketError.Success && (length == buffer.Length || _readiness is { HungUp: true });
        if (error == SocketError.WouldBlock)
        {
            return default;
        }

        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }

        if (length > 0)
        {
            var bytes = Decode(buffer.AsMemory(0, length));
            return bytes.IsEmpty ? default : client.WriteAsync(bytes, ended);
        }

        ended.ThrowIfCancellationRequested();
        _closed = true;
        return _chunked ? throw new HttpIOException(HttpRequestError.ResponseEnded, "The upstream closed the connection in mid-answer.") : default;
    }

    private static async ValueTask FinishAsync(ValueTask write, byte[] buffer)
    {
        await write;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private Memory<byte> Decode(Memory<byte> bytes) => _chunked ? bytes[_chunks.Decode(bytes.Span)] : bytes;
}
