using System.Net;
using System.Net.Sockets;

namespace SseGateway.Hosting;

/// <summary>Answers every request with a stream of events, each the same, until the client leaves.</summary>
internal sealed class WarmUpUpstream : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly byte[] Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] Event = "9\r\ndata: 1\n\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    private WarmUpUpstream() => _listener.Start();

    public string Address => $"http://{_listener.LocalEndpoint}";

    public static WarmUpUpstream Start()
    {
        var upstream = new WarmUpUpstream();
        upstream._accepting = upstream.AcceptAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var streams = new List<Task>();
        try
        {
            while (true)
            {
                streams.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(streams);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                // The whole of a request this short comes at once.
                await client.ReceiveAsync(new byte[4096], _stopping.Token);
                await client.SendAsync(Head, _stopping.Token);
                while (true)
                {
                    await client.SendAsync(Event, _stopping.Token);
                    await Task.Delay(Interval, _stopping.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Left, or over.
            }
        }
    }
}
