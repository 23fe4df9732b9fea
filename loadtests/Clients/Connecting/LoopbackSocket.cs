using System.Net;
using System.Net.Sockets;

namespace LoadTests.Clients.Connecting;

/// <summary>The sockets of lean clients.</summary>
internal static class LoopbackSocket
{
    /// <param name="from">The address it comes from; null is as the system likes.</param>
    /// <param name="receiveBytes">What it holds of what is not read; null is as the system likes.</param>
    public static Socket Create(IPAddress? from, int? receiveBytes = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        return socket;
    }
}
