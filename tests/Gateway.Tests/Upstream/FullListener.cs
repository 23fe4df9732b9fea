using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Upstream;

/// <summary>
/// A port whose accept queue is full and is never emptied: Linux drops further SYNs, so a connection to it neither stands nor fails.
/// </summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _waiting = [];

    /// <param name="address">Where it is; null is 127.0.0.1.</param>
    /// <param name="port">Zero is any.</param>
    public FullListener(IPAddress? address = null, int port = 0)
    {
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(1);
        // A backlog of n takes n+1 connections; the ones after that stay unfinished, which is what we want to be sure of.
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _waiting.Add(socket);
            try
            {
                socket.Connect(_listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Under way: the answer to a non-blocking connect.
            }
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        foreach (var socket in _waiting) socket.Dispose();
        _listener.Dispose();
    }
}
