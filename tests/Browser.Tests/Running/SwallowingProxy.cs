using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Browser.Tests.Running;

/// <summary>
/// A network in front of a site, which can stop carrying the event streams that are open on it: no byte more, no end and no reset, as after a sleep or a
/// change of networks. Other connections end, since browsers give up those that nobody uses at such a moment; what is opened later is carried.
/// </summary>
internal sealed class SwallowingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _site;
    private readonly Task _accepting;
    private Gap _open = new();

    private SwallowingProxy(Uri site)
    {
        _site = site;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public static SwallowingProxy Start(Uri site) => new(site);

    /// <summary>Swallows what is open now.</summary>
    public void Swallow()
    {
        Interlocked.Exchange(ref _open, new Gap()).Begin();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        foreach (var connection in _connections)
            connection.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_stopping.Token);
            var far = new TcpClient();
            _connections.Add(near);
            _connections.Add(far);
            _ = ServeAsync(near, far, Volatile.Read(ref _open));
        }
    }

    private async Task ServeAsync(TcpClient near, TcpClient far, Gap swallow)
    {
        try
        {
            await far.ConnectAsync(_site.Host, _site.Port, _stopping.Token);
            var (up, down) = (near.GetStream(), far.GetStream());
            var copying = Task.WhenAny(CopyAsync(up, down, swallow, near), CopyAsync(down, up, swallow));
            if (await Task.WhenAny(copying, swallow.Begun) == swallow.Begun && swallow.Has(near))
                return;
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // One of them has left.
        }

        near.Dispose();
        far.Dispose();
    }

    // Requests of a client are looked at: a stream's is the last one on its connection.
    private async Task CopyAsync(NetworkStream from, NetworkStream to, Gap swallow, TcpClient? client = null)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var count && !swallow.Begun.IsCompleted)
            {
                if (client is not null && buffer.AsSpan(0, count).IndexOf("/events?"u8) >= 0)
                    swallow.Add(client);
                await to.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // As above.
        }
    }

    private sealed class Gap
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<TcpClient, bool> _streams = new();

        public Task Begun => _begun.Task;

        public void Add(TcpClient client) => _streams[client] = true;

        public bool Has(TcpClient client) => _streams.ContainsKey(client);

        public void Begin() => _begun.TrySetResult();
    }
}
