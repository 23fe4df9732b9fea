using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using SseGateway.Sharing.Log;
using SseGateway.Transport;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// Sends records as they lie in the log, chunk framing included, on the socket itself: no copy, one system call. The head before and the end
/// after them are Kestrel's, which knows that the body is chunked and sends nothing meanwhile.
/// </summary>
internal sealed class SocketRecordWriter : RecordWriter
{
    private readonly SocketPipeWriter _socket;

    private SocketRecordWriter(SocketPipeWriter socket) => _socket = socket;

    public override bool HoldsRecords => true;

    public override SafeSocketHandle? Socket => _socket.Handle;

    /// <summary>Null where the bytes of the body are not the connection's: HTTP/2, TLS, and HTTP/1.0, which has no chunks.</summary>
    public static SocketRecordWriter? TryCreate(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && context.Features.Get<ITlsHandshakeFeature>() is null
        && context.Features.Get<SocketPipeWriter>() is { } socket
            ? new SocketRecordWriter(socket)
            : null;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation) =>
        _socket.SendAsync(records, cancellation);

    public override ValueTask<FlushResult> WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        var target = _socket.GetSpan(frame.Length + ChunkFraming.MaxOverhead);
        var head = ChunkFraming.WriteHead(target, frame.Length);
        frame.Span.CopyTo(target[head..]);
        "\r\n"u8.CopyTo(target[(head + frame.Length)..]);
        _socket.Advance(head + frame.Length + 2);
        return _socket.FlushAsync(cancellation);
    }
}
