using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>
/// The stream server that the target forwards to. Requests find their case by the token in their target, <c>/r/TOKEN</c> wherever it stands.
/// HTTP/1 is spoken on raw sockets; HTTP/2, where it is asked for, by the framework's server.
/// </summary>
internal sealed partial class StreamOrigin : IAsyncDisposable
{
    private const byte TlsHandshake = 0x16;

    private readonly ConcurrentDictionary<string, OriginRun> _runs = new();
    private readonly ConcurrentQueue<MessageHead> _unclaimed = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _address;
    private Socket _listener;
    private bool _away;
    private Http2Listener? _http2;
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    private StreamOrigin(IPEndPoint address)
    {
        _listener = Listen(address);
        _address = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>Where HTTP/1 is spoken.</summary>
    public IPEndPoint Address => _address;

    /// <summary>Where HTTP/2 is spoken in cleartext, by prior knowledge; null when it is not.</summary>
    public IPEndPoint? Http2Address => _http2?.Address;

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Requests that belong to no case: what should not have been sent to the origin at all.</summary>
    public IReadOnlyCollection<MessageHead> Unclaimed => _unclaimed;

    /// <summary>Asked for the run of a request that carries no token; null makes it a 404.</summary>
    public Func<string, OriginRun?>? Unknown { get; set; }

    /// <exception cref="SocketException">The address is not free.</exception>
    public static async Task<StreamOrigin> StartAsync(IPEndPoint address, IPEndPoint? http2 = null)
    {
        var origin = new StreamOrigin(address);
        origin._accepting = origin.AcceptAsync();
        if (http2 is not null)
        {
            origin._http2 = await Http2Listener.StartAsync(http2, origin.Find, origin.Claim);
        }

        return origin;
    }

    /// <summary>The origin's side of a case that begins.</summary>
    public OriginRun Begin(WireTap tap, CancellationToken cancellation, string? path = null)
    {
        var run = new OriginRun(this, RandomNumberGenerator.GetHexString(12, lowercase: true), path, tap, cancellation);
        _runs[run.Token] = run;
        return run;
    }

    /// <summary>
    /// As a service whose process is gone: connections to <see cref="Address"/> are refused, and those that are open are cut. For a case that
    /// runs alone.
    /// </summary>
    public void Leave()
    {
        _away = true;
        Close();
    }

    /// <summary>Ends <see cref="Leave"/>; nothing when it is there.</summary>
    public void Return()
    {
        if (!_away)
        {
            return;
        }

        _away = false;
        _listener = Listen(_address);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Close();

        if (_http2 is not null)
        {
            await _http2.DisposeAsync();
        }

        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    internal void Forget(OriginRun run) => _runs.TryRemove(run.Token, out _);

    internal OriginRun? Find(string target) =>
        Token().Match(target) is { Success: true } match ? _runs.GetValueOrDefault(match.Groups[1].Value) : Unknown?.Invoke(target);

    internal int Claim() => Interlocked.Increment(ref _connections);

    [GeneratedRegex("/r/([0-9a-f]{12})")]
    private static partial Regex Token();

    private static Socket Listen(IPEndPoint address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(address);
        listener.Listen(4096);
        return listener;
    }

    private void Close()
    {
        _listener.Dispose();
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var listener = _listener;
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // It has left.
                return;
            }

            socket.NoDelay = true;
            _sockets[socket] = true;
            _ = ServeAsync(socket, Claim());
        }
    }

    private async Task ServeAsync(Socket socket, int connection)
    {
        var line = new WireLine();
        line.Note("accepted");
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var reader = new MessageReader(stream, line);
            if (await reader.LookAheadAsync(_stopping.Token) == Arrival.Bytes && reader.Next == TlsHandshake)
            {
                // What a server without TLS does, so that the origin can be the upstream of a target's part that expects TLS.
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                return;
            }

            while (await reader.ReadHeadAsync(_stopping.Token) is { } head)
            {
                if (Find(head.Target) is not { } run)
                {
                    _unclaimed.Enqueue(head);
                    line.Attach(new WireTap(), "origin");
                    await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stopping.Token);
                    line.Detach();
                    continue;
                }

                line.Attach(run.Tap, "origin");
                reader.BeginRequestBody(head);
                var exchange = new Http1Exchange(socket, stream, reader, line, head, connection, run.Tap) { ArrivedMs = run.Tap.Ms };
                run.Post(exchange);
                await exchange.Finished.WaitAsync(_stopping.Token);
                if (!exchange.KeepsConnection)
                {
                    break;
                }

                line.Detach();
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer's, or the end of all.
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }
}
