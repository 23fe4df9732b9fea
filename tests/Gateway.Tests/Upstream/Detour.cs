using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Upstream;

/// <summary>An address that leads to another one, which may be known later: every byte of its connections passes both ways.</summary>
internal sealed class Detour : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _held;
    private int _connections;

    public Detour()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Where it leads.</summary>
    public IPEndPoint? Target { get; set; }

    /// <summary>How many have come.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>From now on nothing passes, and no connection ends: what is sent is on its way.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All that is on its way arrives.</summary>
    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(PassAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(open);
        }
    }

    private async Task PassAsync(Socket accepted)
    {
        Interlocked.Increment(ref _connections);
        using var client = new TcpClient { Client = accepted };
        using var target = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            await target.ConnectAsync(Target!, _stopping.Token);
            await Task.WhenAny(CopyAsync(client.GetStream(), target.GetStream()), CopyAsync(target.GetStream(), client.GetStream()));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Nobody there, or the test is over.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var count)
        {
            if (_held is { } held) await held.Task;
            await to.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
        }
    }
}
