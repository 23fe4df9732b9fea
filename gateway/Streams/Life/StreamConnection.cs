using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Streams.Life;

/// <summary>What a stream goes by to its client: a connection, or on HTTP/2 a stream of one, until the response is over.</summary>
internal sealed class StreamConnection(HttpContext context)
{
    // RFC 9113 section 7: nobody wants the rest of it any more. What Kestrel says of an abort, INTERNAL_ERROR, is no fault of ours here.
    internal const int Http2Cancel = 8;

    private readonly IHttpResetFeature? _http2 = context.Features.Get<IHttpResetFeature>();

    // An abort against the end: after the response the connection, or what Kestrel kept of an HTTP/2 stream, is another request's.
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private IHttpRequestLifetimeFeature? _connection = context.Features.Get<IHttpRequestLifetimeFeature>();
    private bool _isOver;

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Gone { get; private set; } = context.RequestAborted;

    /// <summary>What its bytes go over; null where that is no socket. On HTTP/2 it is that of other streams too.</summary>
    public SafeHandle? Socket { get; private set; } = context.Features.Get<IConnectionSocketFeature>()?.Socket.SafeHandle;

    /// <summary>Goes by the connection itself from now on, whose request is about to end before the stream does.</summary>
    public void Detach(IHttpRequestLifetimeFeature connection, SafeHandle socket)
    {
        lock (_lock)
        {
            (_connection, Gone, Socket) = (connection, connection.RequestAborted, socket);
        }
    }

    /// <summary>Drops it, unless the response is over.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            if (_http2 is not null)
            {
                _http2.Reset(Http2Cancel);
            }
            else
            {
                _connection?.Abort();
            }
        }
    }

    /// <summary>The response is over.</summary>
    /// <returns>False when it was before.</returns>
    public bool TryEnd()
    {
        lock (_lock)
        {
            return !_isOver && (_isOver = true);
        }
    }
}
