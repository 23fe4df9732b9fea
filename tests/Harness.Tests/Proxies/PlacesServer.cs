using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies;

/// <summary>A server of event streams with a few places, whose heartbeats find out who has gone.</summary>
internal sealed class PlacesServer : IAsyncDisposable
{
    public const int Places = 3;

    // TCP_USER_TIMEOUT: how long bytes may be unacknowledged, in milliseconds.
    private const int UserTimeout = 18;

    private readonly TcpListener _listener;
    private readonly bool _waits;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private int _taken;

    /// <param name="address">Where it listens.</param>
    /// <param name="waits">Whether it waits for clients that have vanished as long as TCP does by itself.</param>
    public PlacesServer(IPAddress address, bool waits)
    {
        _waits = waits;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/events");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            _clients.Add(client);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                await new MessageReader(stream).ReadHeadAsync(_stopping.Token);
                if (Interlocked.Increment(ref _taken) > Places)
                {
                    await stream.WriteAsync(
                        "HTTP/1.1 503 Full\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                    return;
                }

                if (!_waits)
                {
                    client.Client.SetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, BitConverter.GetBytes(1000));
                }

                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                while (true)
                {
                    await stream.WriteAsync(":\n"u8.ToArray(), _stopping.Token);
                    await Task.Delay(100, _stopping.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client, or the end of the test.
            }
            finally
            {
                Interlocked.Decrement(ref _taken);
            }
        }
    }
}
