using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Client;

/// <summary>An HTTP/1.1 client on a raw socket: sends any bytes, reads an answer piece by piece, and leaves by FIN or by reset.</summary>
internal sealed class RawClient : IDisposable
{
    // Until it is closed: a socket that nobody has is closed when memory is collected, and with it a client would leave.
    private static readonly ConcurrentDictionary<RawClient, bool> Open = new();

    private readonly Socket _socket;
    private readonly MessageReader _reader;

    private RawClient(Socket socket)
    {
        (_socket, _reader) = (socket, new MessageReader(new NetworkStream(socket, ownsSocket: false)));
        Open[this] = true;
    }

    /// <summary>Connects; <paramref name="from"/> may be any address of 127.0.0.0/8 to be another client address.</summary>
    public static async Task<RawClient> ConnectAsync(IPEndPoint server, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await Deadline.ForAsync(
                async token =>
                {
                    await socket.ConnectAsync(server, token);
                    return true;
                },
                $"a connection to {server}");
            return new RawClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes, one char per byte.</summary>
    public Task SendAsync(string wire) => SendAsync(Bytes.Exactly(wire));

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await Deadline.ForAsync(token => _socket.SendAsync(bytes, SocketFlags.None, token), "the gateway to read the request")..];
        }
    }

    /// <summary>Sends as much as the server takes: a server that answers and closes early is not an error.</summary>
    public async Task SendWhatIsTakenAsync(string wire)
    {
        try
        {
            await SendAsync(wire);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // Its answer, if any, is in the receive buffer.
        }
    }

    /// <summary>Reads the head of the next final answer (1xx are skipped) and returns with the body unread.</summary>
    /// <exception cref="IOException">The server closed without an answer.</exception>
    public async Task<RawResponse> ReadResponseAsync(bool toHead = false)
        => await TryReadResponseAsync(toHead) ?? throw new IOException("closed without an answer");

    /// <summary>As <see cref="ReadResponseAsync"/>; null when the server closed or reset without an answer.</summary>
    public async Task<RawResponse?> TryReadResponseAsync(bool toHead = false)
    {
        var interim = new List<MessageHead>();
        while (true)
        {
            var head = await Deadline.ForAsync(_reader.ReadStrictHeadAsync, "the head of the answer");
            if (head is null) return null;
            if (head.Status is >= 100 and < 200)
            {
                interim.Add(head);
                continue;
            }
            _reader.BeginResponseBody(head, noBody: toHead || head.Status is 204 or 304);
            return new RawResponse(this, _reader, head, interim);
        }
    }

    /// <summary>Reads and drops until the server closes: by FIN or by reset.</summary>
    public Task<Arrival> WaitForCloseAsync() =>
        Deadline.ForAsync(async token => await _reader.ReadUntilClosedAsync(token), "the gateway to close the connection");

    /// <summary>Leaves by FIN (everything received must have been read, or the kernel makes a reset of it).</summary>
    public void Leave()
    {
        _socket.Shutdown(SocketShutdown.Both);
        Dispose();
    }

    /// <summary>Closes the sending side alone, as <c>nc -N</c> does after its input.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves by TCP reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        Open.TryRemove(this, out _);
        _socket.Dispose();
    }
}
