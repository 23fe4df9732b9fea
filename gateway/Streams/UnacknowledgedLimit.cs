using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace SseGateway.Streams;

/// <summary>
/// How long bytes may be on their way to a stream's client without a sign of it. A heartbeat fits into the kernel's buffer, so writes to a
/// client that vanished without a word keep succeeding (PITFALLS 7), and keep-alive is silent while the kernel repeats them, which it does
/// for a quarter of an hour.
/// </summary>
/// <remarks>
/// Linux only (TCP_USER_TIMEOUT); other systems have the kernel's own patience. HTTP/1.1 only: on HTTP/2, where streams share a connection,
/// it is the ping that does not come back. The kernel also ends a client that is there and reads nothing for so long, so it is set for the
/// time of the stream alone, never below the write deadline, and not at all when that is off: the next answer on the connection may be a
/// download that somebody pauses.
/// </remarks>
internal readonly struct UnacknowledgedLimit
{
    private const int ProtocolTcp = 6;
    private const int TcpUserTimeout = 18;

    // Half of the 60 seconds in which a vanished client is gone; the other half is for the heartbeat to come (15 s) and for the kernel,
    // which looks when it repeats, at growing distances.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(30);

    private readonly Socket? _socket;
    private readonly TimeSpan _limit;

    /// <param name="context">The stream's request.</param>
    /// <param name="writeDeadline">How long a write to the client may wait; zero is no limit.</param>
    public UnacknowledgedLimit(HttpContext context, TimeSpan writeDeadline)
    {
        var applies = OperatingSystem.IsLinux() && writeDeadline > TimeSpan.Zero && !HttpProtocol.IsHttp2(context.Request.Protocol);
        _socket = applies ? context.Features.Get<IConnectionSocketFeature>()?.Socket : null;
        _limit = writeDeadline > Least ? writeDeadline : Least;
    }

    /// <summary>Begins it.</summary>
    public void Set() => Set(_limit);

    /// <summary>Leaves the connection to its next request as it was.</summary>
    public void Clear() => Set(TimeSpan.Zero);

    private void Set(TimeSpan limit)
    {
        if (_socket is not { ProtocolType: ProtocolType.Tcp })
        {
            return;
        }

        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(milliseconds, (int)Math.Min(limit.TotalMilliseconds, int.MaxValue));
        try
        {
            _socket.SetRawSocketOption(ProtocolTcp, TcpUserTimeout, milliseconds);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client was faster: there is nobody to wait for.
        }
    }
}
