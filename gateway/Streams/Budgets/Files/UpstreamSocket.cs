using System.Net.Sockets;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>A socket to an upstream, which gives its file back when it is closed, whoever closes it.</summary>
internal sealed class UpstreamSocket : Socket
{
    private readonly FileBudget _files;
    private int _closed;

    private UpstreamSocket(FileBudget files)
        : base(SocketType.Stream, ProtocolType.Tcp) => _files = files;

    private UpstreamSocket(FileBudget files, AddressFamily family)
        : base(family, SocketType.Stream, ProtocolType.Unspecified) => _files = files;

    /// <param name="files">Has the file for it.</param>
    /// <param name="isUnix">True for one of this machine's own (AF_UNIX).</param>
    /// <exception cref="NoFileLeftException">There is none for it.</exception>
    public static UpstreamSocket Create(FileBudget files, bool isUnix = false)
    {
        if (!files.TryConnect())
        {
            throw new NoFileLeftException();
        }

        try
        {
            return isUnix ? new UpstreamSocket(files, AddressFamily.Unix) : new UpstreamSocket(files);
        }
        catch
        {
            files.CloseUpstream();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);

        // Null when the constructor has failed.
        if (_files is not null && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _files.CloseUpstream();
        }
    }
}
