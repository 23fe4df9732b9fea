using System.Net;
using System.Net.Sockets;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>
/// The file of a Unix socket that nobody listens on any more: whoever is killed leaves it behind, and with it there nobody can listen at its path again.
/// </summary>
internal static class StaleSocket
{
    /// <summary>Removes it. A socket that is listened on, and a file of another kind, stay where they are.</summary>
    public static void Remove(EndPoint endpoint)
    {
        if (endpoint is UnixDomainSocketEndPoint socket && socket.ToString() is ['/', ..] path && !OperatingSystem.IsWindows() && File.Exists(path)
            && !IsListenedOn(socket) && IsSocket(path))
        {
            File.Delete(path);
        }
    }

    private static bool IsListenedOn(UnixDomainSocketEndPoint endpoint)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            client.Connect(endpoint);
            return true;
        }
        catch (SocketException refused)
        {
            // Anything else, such as a full backlog or no right to connect, says that there is somebody.
            return refused.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    // A connection to a file of another kind is refused as well; but a socket alone cannot be opened.
    private static bool IsSocket(string path)
    {
        try
        {
            // For both: that of a pipe would wait for somebody at its other end.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
