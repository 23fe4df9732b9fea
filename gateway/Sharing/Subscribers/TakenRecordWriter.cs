using System.IO.Pipelines;
using System.Runtime.InteropServices;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Transport.Taken;

namespace SseGateway.Sharing.Subscribers;

/// <summary>As <see cref="SocketRecordWriter"/>, on a connection that the server does not have any more.</summary>
internal sealed class TakenRecordWriter(TakenSocket socket) : RecordWriter
{
    public override bool HoldsRecords => true;

    public override SafeHandle? Socket => socket;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation) => socket.SendAsync(records, cancellation);

    public override ValueTask<FlushResult> WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation) =>
        socket.SendAsync(ChunkFraming.Record(frame.Span), cancellation);
}
