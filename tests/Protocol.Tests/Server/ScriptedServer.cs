using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Protocol.Tests.Server;

/// <summary>
/// Answers the first request with the first script, the second with the second, and every further one with 204, which ends a client
/// that follows the standard. Speaks HTTP/1.1 by hand, so that it can also send what a server library will not.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<RecordedRequest> _arrived = Channel.CreateUnbounded<RecordedRequest>();
    private readonly List<RecordedRequest> _requests = [];
    private readonly Func<Exchange, Task>[] _scripts;
    private readonly Task _accepting;

    public ScriptedServer(params Func<Exchange, Task>[] scripts)
    {
        _scripts = scripts;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/stream");

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public ValueTask<RecordedRequest> NextRequestAsync() => _arrived.Reader.ReadAsync(Deadline.Token);

    /// <summary>A port where nobody listens.</summary>
    public static Uri ClosedUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    public async ValueTask DisposeAsync()
    {
        // The listener last: it throws at whoever comes to accept after its end.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                if (await ReadRequestAsync(socket) is not { } request)
                    return;
                int number;
                lock (_requests)
                {
                    number = _requests.Count;
                    _requests.Add(request);
                }
                _arrived.Writer.TryWrite(request);
                var exchange = new Exchange(socket, request, _stop.Token);
                await (number < _scripts.Length ? _scripts[number](exchange) : exchange.HeadAsync(204));
                if (socket.Connected)
                    socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private async Task<RecordedRequest?> ReadRequestAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int headEnd;
        while ((headEnd = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            var count = await socket.ReceiveAsync(buffer, _stop.Token);
            if (count == 0)
                return null;
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        var lines = text.ToString(0, headEnd).Split("\r\n");
        var headers = lines.Skip(1).Select(line => (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim(' '))).ToList();
        var request = new RecordedRequest(lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, "");
        text.Remove(0, headEnd + 4);
        var length = int.Parse(request.Header("Content-Length") ?? "0");
        while (text.Length < length)
            text.Append(Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, _stop.Token)));
        return request with { Body = text.ToString() };
    }
}
