using System.IO.Pipelines;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// A connection's input that is not given up before what has been gathered is sent. The server completes it when it has written its last, and waits for
/// that before the connection is closed.
/// </summary>
internal sealed class GatheringReader(PipeReader input, GatheredWriter output) : PipeReader
{
    public override bool TryRead(out ReadResult result) => input.TryRead(out result);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => input.ReadAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        await output.DrainAsync();
        await input.CompleteAsync(exception);
    }
}
