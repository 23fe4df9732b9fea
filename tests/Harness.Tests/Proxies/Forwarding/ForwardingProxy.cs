using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>A small proxy on raw sockets that does everything right that the harness asks for, but for its <see cref="Defect"/>.</summary>
internal sealed class ForwardingProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Socket> _kept = [];
    private readonly Task _accepting;

    /// <param name="upstream">Where it forwards to.</param>
    /// <param name="defect">What is wrong with it.</param>
    /// <param name="heartbeat">After how long of silence it writes a comment; zero is never.</param>
    /// <param name="address">Where it listens; null is any port of loopback.</param>
    /// <param name="idle">After how long of silence it gives its upstream up; null is never.</param>
    public ForwardingProxy(IPEndPoint upstream, Defect defect, TimeSpan heartbeat = default, IPEndPoint? address = null, TimeSpan? idle = null)
    {
        (Upstream, Defect, Heartbeat, Idle) = (upstream, defect, heartbeat, idle ?? Timeout.InfiniteTimeSpan);
        _listener.Bind(address ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public IPEndPoint Upstream { get; }

    public Defect Defect { get; }

    public TimeSpan Heartbeat { get; }

    public TimeSpan Idle { get; }

    /// <summary>For <see cref="Defect.Caches"/>: head and body by request target.</summary>
    public ConcurrentDictionary<string, byte[]> Cache { get; } = new();

    /// <summary>Whether it does not look whether its clients are still there.</summary>
    public bool Leaks => Defect is Defect.LeaksTheUpstream or Defect.HoldsPlacesOfLeavers;

    /// <summary>For <see cref="Defect.HoldsPlacesOfLeavers"/>.</summary>
    public SemaphoreSlim Places { get; } = new(100);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }

        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        Places.Dispose();
    }

    /// <summary>A connection to the upstream.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    public async Task<Socket> DialAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets[socket] = true;
        await socket.ConnectAsync(Upstream, cancellation);
        return socket;
    }

    /// <summary>For <see cref="Defect.ReusesTheConnectionOfAHead"/>: an upstream connection that is taken for free.</summary>
    public Socket? TakeKept() => _kept.TryTake(out var socket) ? socket : null;

    public void Keep(Socket socket) => _kept.Add(socket);

    public void Forget(Socket socket)
    {
        _sockets.TryRemove(socket, out _);
        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptAsync(_stopping.Token);
            socket.NoDelay = true;
            if (Defect == Defect.GivesUpSilentClients)
            {
                // TCP_USER_TIMEOUT, in milliseconds.
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, 18, BitConverter.GetBytes(1000));
            }

            _sockets[socket] = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var connection = new ForwardedConnection(this, socket);
            await connection.ServeAsync(_stopping.Token);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the peers, or the end of the test.
        }
        finally
        {
            Forget(socket);
        }
    }
}
