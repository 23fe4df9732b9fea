using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Executable.Limits;

/// <summary>Clients of streams that read nothing, or all of it without looking.</summary>
internal sealed class Sleepers : IDisposable
{
    private const int AtOnce = 30;

    private readonly List<Socket> _sockets = [];
    private long _letters;

    /// <summary>Letters of a <see cref="SteadyUpstream"/>'s events that they have read.</summary>
    public long Letters => Volatile.Read(ref _letters);

    public static async Task<Sleepers> OpenAsync(IPEndPoint gateway, int clients, Func<int, string> target, bool read = false)
    {
        var sleepers = new Sleepers();
        foreach (var some in Enumerable.Range(0, clients).Chunk(AtOnce))
        {
            await Deadline.ForAsync(Task.WhenAll(some.Select(client => sleepers.OpenAsync(gateway, target(client), read))), "streams to be asked for");
            await Task.Delay(10);
        }

        return sleepers;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    private async Task OpenAsync(IPEndPoint gateway, string target, bool read)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (!read)
        {
            // The kernel is to hold little for them: it is the gateway's memory that is of interest.
            socket.ReceiveBufferSize = 4096;
        }

        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        await socket.ConnectAsync(gateway);
        await socket.SendAsync(SseGateway.Harness.Wire.Bytes.Exactly($"GET {target} HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n"));
        if (read)
        {
            _ = ReadAsync(socket);
        }
    }

    private async Task ReadAsync(Socket socket)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var read)
            {
                Interlocked.Add(ref _letters, buffer.AsSpan(0, read).Count(SteadyUpstream.Letter));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The gateway's end, or the test's.
        }
    }
}
