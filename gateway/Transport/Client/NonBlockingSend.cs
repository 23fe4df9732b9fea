using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SseGateway.Transport.Client;

/// <summary>
/// send(2) on a socket, without what <see cref="Socket.Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/> does around it. For a send
/// that nearly always takes everything at once, which is the one of an event to a client.
/// </summary>
internal static unsafe partial class NonBlockingSend
{
    // The same on every architecture of Linux that .NET runs on.
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;

    /// <summary>Sends what the kernel takes at once.</summary>
    /// <param name="socket">The handle is held while it is used: it cannot be closed meanwhile, and be another client's by then.</param>
    /// <param name="bytes">What to send.</param>
    /// <returns>How many bytes were taken. Zero also when it failed, or is not done this way here: <see cref="Socket"/> can tell why.</returns>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            fixed (byte* first = bytes)
            {
                var sent = send((int)socket.DangerousGetHandle(), first, bytes.Length, DontWait | NoSignal);
                return sent > 0 ? (int)sent : 0;
            }
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <summary>The same for a descriptor that is no <see cref="Socket"/>'s.</summary>
    /// <param name="socket">The handle.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="sent">How many bytes were taken.</param>
    /// <returns>False when the connection is broken, or closed.</returns>
    public static bool TrySend(SafeHandle socket, ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            fixed (byte* first = bytes)
            {
                var taken = SendWithError((int)socket.DangerousGetHandle(), first, bytes.Length, DontWait | NoSignal);
                sent = Math.Max(0, (int)taken);
                return taken >= 0 || Marshal.GetLastPInvokeError() is WouldBlock or Interrupted;
            }
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    // Keeping the error costs something, and of an event nobody asks for it.
    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SendWithError(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint send(int socket, byte* bytes, nint length, int flags);
}
