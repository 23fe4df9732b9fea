using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace SseGateway.Sharing.Subscribers;

/// <summary>How records of the log get to one client. One call at a time.</summary>
internal abstract class RecordWriter
{
    /// <summary>True when the records have to stay as they are until a write has completed.</summary>
    public abstract bool HoldsRecords { get; }

    /// <summary>Where records can be sent as they lie; null when they cannot.</summary>
    public virtual SafeHandle? Socket => null;

    /// <summary>Sends records, flushed: the rest of them when the beginning has been sent on the <see cref="Socket"/>, else whole ones.</summary>
    public abstract ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation);

    /// <summary>Sends a frame that is not of the log, flushed.</summary>
    public abstract ValueTask<FlushResult> WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation);

    /// <summary>The shortest way that there is for a request whose head has been sent.</summary>
    public static RecordWriter For(HttpContext context) =>
        SocketRecordWriter.TryCreate(context) ?? (RecordWriter)new BodyRecordWriter(context.Response.BodyWriter);
}
