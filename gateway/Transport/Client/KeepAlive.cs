using System.Net.Sockets;

namespace SseGateway.Transport.Client;

/// <summary>
/// Has peers that vanished without a word (a phone that lost its network, a host that lost its power) noticed although nothing is being
/// sent to them: the kernel, or HTTP/2 by a ping, asks after a peer that has been silent, and gives up on one that does not answer.
/// </summary>
/// <remarks>
/// Both sides of every connection have it. A client is waited for as long as <see cref="Configuration.Settings.TimeoutSettings.Unacknowledged"/> says,
/// also by <see cref="Streams.Network.ClientNetwork"/>, which is for clients that something is being sent to; an upstream is gone within a
/// minute.
/// </remarks>
internal static class KeepAlive
{
    /// <summary>The silence before the first question. A peer that lives is asked no more often than twice a minute.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    /// <summary>How long an upstream has for the answer.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    // As long in all, in pieces: one lost packet is no lost peer.
    private const int Probes = 4;

    /// <summary>Switches it on for a connection, or for all that will be accepted from a listening socket (which inherit it).</summary>
    /// <param name="socket">Any stream socket; one that is not TCP stays as it is.</param>
    /// <param name="timeout">How long the answer may take, which the kernel counts in seconds.</param>
    public static void Enable(Socket socket, TimeSpan timeout)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Delay.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)Math.Ceiling(timeout.TotalSeconds / Probes));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
