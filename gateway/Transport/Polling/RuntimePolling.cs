using System.Globalization;
using System.Net.Sockets;

namespace SseGateway.Transport.Polling;

/// <summary>
/// .NET's own polling of sockets, which goes on for a socket as long as it lives: whoever polls it himself would have every event twice, and .NET's
/// threads would wake for each.
/// </summary>
internal static class RuntimePolling
{
    private const string Files = "/proc/self/fd";
    private const string EpollLink = "anon_inode:[eventpoll]";

    // Looked for once, before there are own ones among them.
    private static readonly int[] Polls = Look();

    // Sockets are given to one after the other.
    private static int _next;

    /// <summary>Looks for it, the first time. To be called before there is a poll of the gateway's own.</summary>
    public static void Find() => _ = Polls.Length;

    // It is made with the process's first asynchronous use of a socket, all of it at once, and never closed.
    private static int[] Look()
    {
        try
        {
            using var first = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _ = first.ReceiveAsync(new byte[1]).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            return [.. new DirectoryInfo(Files).EnumerateFileSystemInfos()
                .Where(file => LinkOf(file) == EpollLink)
                .Select(file => int.Parse(file.Name, CultureInfo.InvariantCulture))];
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException or SocketException)
        {
            // No /proc: then .NET's threads wake in vain, and the server keeps its connections.
            return [];
        }
    }

    private static string? LinkOf(FileSystemInfo file)
    {
        try
        {
            return file.LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return null;
        }
    }

    /// <summary>Takes a socket off. Nothing asynchronous may be done with it by .NET's means any more.</summary>
    /// <param name="socket">Its number.</param>
    /// <returns>False when it is on none.</returns>
    public static bool TryRelease(int socket)
    {
        var first = _next;
        for (var i = 0; i < Polls.Length; i++)
        {
            var turn = (int)((uint)(first + i) % (uint)Polls.Length);
            if (Epoll.TryRemove(Polls[turn], socket))
            {
                _next = turn + 1;
                return true;
            }
        }

        return false;
    }
}
