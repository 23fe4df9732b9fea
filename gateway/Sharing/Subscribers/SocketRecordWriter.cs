using System.IO.Pipelines;
using System.Runtime.InteropServices;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Transport.Client;

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

    public override SafeHandle? Socket => _socket.Handle;

    /// <summary>Null where the bytes of the body are not the connection's.</summary>
    public static SocketRecordWriter? TryCreate(HttpContext context) => Handover.For(context) is { } handover ? new SocketRecordWriter(handover.Output) : null;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation) =>
        _socket.SendAsync(records, cancellation);

    // A heartbeat or a notice, not an event: it need not be cheap. Past the writer's buffer, which is the server's.
    public override ValueTask<FlushResult> WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation) =>
        _socket.SendAsync(ChunkFraming.Record(frame.Span), cancellation);
}
