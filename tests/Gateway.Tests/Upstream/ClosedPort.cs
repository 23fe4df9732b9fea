using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Upstream;

/// <summary>A port that refuses connections and that nobody else can take meanwhile: bound, but not listening.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Number}");

    public void Dispose() => _socket.Dispose();
}
