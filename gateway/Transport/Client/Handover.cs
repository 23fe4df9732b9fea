using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SseGateway.Transport.Client;

/// <summary>
/// Connection feature: lets a response outlive the server's HTTP layer. Once its head is sent the request ends, and whoever has taken the
/// connection over writes the rest of the response to the socket; the request and all that the HTTP layer keeps for it is let go.
/// </summary>
/// <remarks>The connection can have no further request: the HTTP layer has to be told to let it go, and does not come back.</remarks>
internal sealed class Handover : IConnectionHeartbeatFeature
{
    private const int Forever = int.MaxValue;

    // A switch of the runtime's configuration, for a kernel or a sandbox on which it goes wrong.
    private static readonly bool IsTaking = !AppContext.TryGetSwitch("SseGateway.TakeConnections", out var on) || on;

    private readonly ConnectionContext _connection;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private volatile Beat? _http;
    private bool _beats;

    // Seconds that are left to a client that has said nothing, or not enough. Only the heartbeat's, but for where it begins.
    private volatile int _patience = Forever;
    private IConnectionHeir? _heir;

    public Handover(ConnectionContext connection, Socket socket)
    {
        (_connection, Socket, Output) = (connection, socket, new SocketPipeWriter(connection, socket));

        // The server keeps what is registered here, which is its whole HTTP layer, as long as the connection.
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        connection.Features.Set<IConnectionHeartbeatFeature>(this);
    }

    public Socket Socket { get; }

    public SocketPipeWriter Output { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Closed => _connection.ConnectionClosed;

    public IFeatureCollection Features => _connection.Features;

    /// <summary>False where it is switched off, and where the server is to count the connection for as long as it is there.</summary>
    public bool MayBeTaken => IsTaking && Features.Get<IDecrementConcurrentConnectionCountFeature>() is null;

    /// <summary>Null where the bytes of the body are not the connection's: HTTP/2, TLS, and HTTP/1.0, which has no chunks.</summary>
    public static Handover? For(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<ITlsHandshakeFeature>() is null ? context.Features.Get<Handover>() : null;

    /// <summary>The same; null also where the body is not the server's own: a step of the host's stands before it, and is to see what is written.</summary>
    public static Handover? ForChunks(HttpContext context) =>
        ReferenceEquals(context.Features.Get<IHttpResponseBodyFeature>(), context.Features.Get<IHttpResponseFeature>()) ? For(context) : null;

    /// <summary>Takes the connection over. The response's head has been flushed; what the server writes from here on is dropped.</summary>
    public void Take(IConnectionHeir heir)
    {
        _heir = heir;
        Output.Detach();
    }

    /// <summary>Drops the connection.</summary>
    public void Abort() => _connection.Abort();

    /// <summary>Serves the connection until both the HTTP layer and whoever has taken over are done.</summary>
    /// <param name="http">The HTTP layer.</param>
    /// <param name="limits">How long the client may take to say which version of HTTP it speaks; null where it need not.</param>
    public async Task RunAsync(ConnectionDelegate http, KestrelServerLimits? limits)
    {
        try
        {
            if (limits is null || await ChooseAsync(limits))
            {
                await http(_connection);
            }
        }
        finally
        {
            _http = null;
            if (_heir is { } heir)
            {
                await heir.RunAsync();
            }
        }
    }

    // The limits are those of a connection of HTTP/1.1 that is idle, and of one whose head has begun. No timer: the server's own heartbeat is there.
    private async ValueTask<bool> ChooseAsync(KestrelServerLimits limits)
    {
        _patience = Seconds(limits.KeepAliveTimeout);
        Listen();
        var isThere = await Http2Preface.ReadAsync(_connection, () => _patience = Math.Min(_patience, Seconds(limits.RequestHeadersTimeout)));
        _patience = Forever;
        return isThere;
    }

    private static int Seconds(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? Forever : (int)Math.Min(Math.Ceiling(limit.TotalSeconds), Forever - 1);

    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state)
    {
        _http = new Beat(action, state, _http);
        Listen();
    }

    private void Listen()
    {
        if (!_beats)
        {
            _beats = true;
            _heartbeat?.OnHeartbeat(static self => ((Handover)self).OnSecond(), this);
        }
    }

    private void OnSecond()
    {
        var left = _patience;
        if (left == 0)
        {
            _connection.Abort(new ConnectionAbortedException("The client has not said what it wants"));
        }
        else if (left != Forever)
        {
            Interlocked.CompareExchange(ref _patience, left - 1, left);
        }

        _http?.Run();
    }

    private sealed class Beat(Action<object> action, object state, Beat? next)
    {
        public void Run()
        {
            action(state);
            next?.Run();
        }
    }
}
