using System.Runtime.InteropServices;

namespace SseGateway.Streams.Network;

/// <summary>What the kernel knows of the bytes on their way to a peer (Linux's TCP_INFO).</summary>
/// <param name="InFlight">Segments sent, and not acknowledged.</param>
/// <param name="Probes">Questions to a peer that is silent or takes nothing, and not answered.</param>
/// <param name="Unsent">Bytes that wait for the peer to take more.</param>
/// <param name="Acknowledged">Bytes the peer has acknowledged since the connection stands.</param>
internal readonly partial record struct TcpState(uint InFlight, int Probes, uint Unsent, long Acknowledged)
{
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;

    // As far as struct tcp_info (linux/tcp.h) is read here; later kernels have only added to its end.
    private const int InfoBytes = 148;
    private const int ProbesAt = 3;
    private const int UnackedAt = 24;
    private const int BytesAckedAt = 120;
    private const int NotSentBytesAt = 144;

    /// <summary>True when the peer has not yet answered to what was sent to it.</summary>
    public bool Unanswered => InFlight > 0 || Probes > 0;

    /// <summary>True when there is anything left that the peer has not taken.</summary>
    public bool Outstanding => Unanswered || Unsent > 0;

    /// <summary>Asks the kernel.</summary>
    /// <returns>False where it cannot be asked: another system, no TCP, a socket that is closed.</returns>
    public static bool TryRead(SafeHandle? socket, out TcpState state)
    {
        state = default;
        if (socket is null || !OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> info = stackalloc byte[InfoBytes];
        try
        {
            var length = InfoBytes;
            if (getsockopt(socket, ProtocolTcp, TcpInfo, info, ref length) != 0 || length < InfoBytes)
            {
                return false;
            }
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        state = new TcpState(
            Number(info, UnackedAt),
            info[ProbesAt],
            Number(info, NotSentBytesAt),
            BitConverter.ToInt64(info[BytesAckedAt..]));
        return true;
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int getsockopt(SafeHandle socket, int level, int option, Span<byte> value, ref int length);

    private static uint Number(ReadOnlySpan<byte> info, int at) => BitConverter.ToUInt32(info[at..]);
}
