using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Upstream;

/// <summary>
/// An HTTP/1.1 server on raw sockets that does nothing by itself: each request becomes an <see cref="UpstreamExchange"/> that the test
/// answers step by step, down to the single byte, the FIN and the reset.
/// </summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly IPEndPoint _endPoint;
    private readonly Channel<UpstreamExchange> _arrived = Channel.CreateUnbounded<UpstreamExchange>();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _requests;
    private int _connections;

    private ScriptedUpstream(Socket listener)
    {
        _listener = listener;
        _endPoint = (IPEndPoint)listener.LocalEndPoint!;
        _accepting = AcceptConnectionsAsync();
    }

    public int Port => _endPoint.Port;

    public string Url => $"http://{_endPoint}";

    /// <summary>Requests whose head has arrived in full, over all connections.</summary>
    public int RequestCount => Volatile.Read(ref _requests);

    public int ConnectionCount => Volatile.Read(ref _connections);

    /// <param name="address">Where it listens; null is 127.0.0.1.</param>
    /// <param name="port">Zero is any.</param>
    public static ScriptedUpstream Start(IPAddress? address = null, int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, port));
        listener.Listen(512);
        return new ScriptedUpstream(listener);
    }

    /// <summary>The next request, in order of arrival.</summary>
    public Task<UpstreamExchange> NextAsync()
        => Deadline.ForAsync(token => _arrived.Reader.ReadAsync(token), "a request at the upstream");

    /// <summary>
    /// Answers every request from now on by the same script, each on its own task, instead of handing them to <see cref="NextAsync"/>.
    /// A script whose peer goes away just ends.
    /// </summary>
    public void Serve(Func<UpstreamExchange, Task> script) => _ = ServeAsync(script);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var socket in _sockets) socket.Dispose();
    }

    private async Task ServeAsync(Func<UpstreamExchange, Task> script)
    {
        await foreach (var exchange in _arrived.Reader.ReadAllAsync(CancellationToken.None)) _ = AnswerAsync(exchange);

        async Task AnswerAsync(UpstreamExchange exchange)
        {
            try
            {
                await script(exchange);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException)
            {
                // The client went away in the middle of the script: what it was served is judged at the client.
                exchange.Abandon();
            }
        }
    }

    private async Task AcceptConnectionsAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                _sockets.Add(socket);
                _ = ReadRequestsAsync(socket, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            _arrived.Writer.TryComplete();
        }
    }

    private async Task ReadRequestsAsync(Socket socket, int connection)
    {
        var reader = new MessageReader(new NetworkStream(socket, ownsSocket: false));
        try
        {
            while (await reader.ReadStrictHeadAsync(_stop.Token) is { } head)
            {
                Interlocked.Increment(ref _requests);
                reader.BeginRequestBody(head);
                var exchange = new UpstreamExchange(socket, reader, head, connection);
                if (!_arrived.Writer.TryWrite(exchange)) return;
                await exchange.Finished.WaitAsync(_stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // A connection that ends between requests, or with the test: nothing to answer any more.
            socket.Dispose();
        }
    }
}
