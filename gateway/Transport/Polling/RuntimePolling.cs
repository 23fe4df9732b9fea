using System.Globalization;

namespace SseGateway.Transport.Polling;

/// <summary>
/// .NET's own polling of sockets, which goes on for a socket as long as it lives: whoever polls it himself would have every event twice, and .NET's
/// threads would wake for each.
/// </summary>
internal static class RuntimePolling
{
    private const string Files = "/proc/self/fd";
    private const string EpollLink = "anon_inode:[eventpoll]";

    private static int[] _polls = [];

    // Sockets are given to one after the other.
    private static int _next;

    /// <summary>Looks for it. It is made with the process's first asynchronous use of a socket, all of it at once, and never closed.</summary>
    public static void Find()
    {
        try
        {
            _polls = [.. new DirectoryInfo(Files).EnumerateFileSystemInfos()
                .Where(file => LinkOf(file) == EpollLink)
                .Select(file => int.Parse(file.Name, CultureInfo.InvariantCulture))];
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // No /proc: then .NET's threads wake in vain.
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
    public static void Release(int socket)
    {
        var first = _next;
        for (var i = 0; i < _polls.Length; i++)
        {
            var turn = (int)((uint)(first + i) % (uint)_polls.Length);
            if (Epoll.TryRemove(_polls[turn], socket))
            {
                _next = turn + 1;
                return;
            }
        }
    }
}
