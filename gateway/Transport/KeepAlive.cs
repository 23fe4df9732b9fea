using System.Net.Sockets;

namespace SseGateway.Transport;

/// <summary>
/// Has peers that vanished without a word (a phone that lost its network, a host that lost its power) noticed although nothing is being
/// sent to them: the kernel, or HTTP/2 by a ping, asks after a peer that has been silent, and gives up on one that does not answer.
/// </summary>
/// <remarks>
/// Both sides of every connection have it. Together with <see cref="Streams.UnacknowledgedLimit"/>, which is for peers that something is
/// being sent to, a client is gone within 60 seconds (DESIGN section 7; PITFALLS 7).
/// </remarks>
internal static class KeepAlive
{
    /// <summary>The silence before the first question. A peer that lives is asked no more often than twice a minute.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    /// <summary>How long HTTP/2 waits for the answer.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    // As long in all, in pieces: one lost packet is no lost peer.
    private const int Probes = 4;
    private static readonly TimeSpan Interval = PingTimeout / Probes;

    /// <summary>Switches it on for a connection, or for all that will be accepted from a listening socket (which inherit it).</summary>
    /// <param name="socket">Any stream socket; one that is not TCP stays as it is.</param>
    public static void Enable(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Delay.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)Interval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
