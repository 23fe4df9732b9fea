using System.Buffers;
using System.IO.Pipelines;
using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Subscribers;

/// <summary>Copies frames into the response's body, whose framing is the server's: HTTP/2, TLS, HTTP/1.0.</summary>
internal sealed class BodyRecordWriter(PipeWriter body) : RecordWriter
{
    public override bool HoldsRecords => false;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation)
    {
        var rest = records.Span;
        var first = ChunkFraming.Next(ref rest);
        if (rest.IsEmpty)
        {
            // Mostly: in one step instead of three, each of which the server takes a lock for.
            return body.WriteAsync(records.Slice(records.Length - ChunkFraming.TailBytes - first.Length, first.Length), cancellation);
        }

        body.Write(first);
        while (!rest.IsEmpty)
        {
            body.Write(ChunkFraming.Next(ref rest));
        }

        return body.FlushAsync(cancellation);
    }

    public override ValueTask<FlushResult> WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation) => body.WriteAsync(frame, cancellation);
}
