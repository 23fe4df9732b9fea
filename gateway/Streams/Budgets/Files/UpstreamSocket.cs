using System.Net.Sockets;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>A socket to an upstream, which gives its file back when it is closed, whoever closes it.</summary>
internal sealed class UpstreamSocket : Socket
{
    private readonly FileBudget _files;
    private int _closed;

    private UpstreamSocket(FileBudget files)
        : base(SocketType.Stream, ProtocolType.Tcp) => _files = files;

    private UpstreamSocket(FileBudget files, AddressFamily family, ProtocolType protocol)
        : base(family, SocketType.Stream, protocol) => _files = files;

    /// <param name="files">Has the file for it.</param>
    /// <param name="family">That of the address. Only for IPv6 it is a socket of both versions of IP, which costs more to open.</param>
    /// <exception cref="NoFileLeftException">There is none for it.</exception>
    public static UpstreamSocket Create(FileBudget files, AddressFamily family)
    {
        if (!files.TryConnect())
        {
            throw new NoFileLeftException();
        }

        try
        {
            return family switch
            {
                AddressFamily.Unix => new UpstreamSocket(files, family, ProtocolType.Unspecified),
                AddressFamily.InterNetwork => new UpstreamSocket(files, family, ProtocolType.Tcp),
                _ => new UpstreamSocket(files),
            };
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
