using System.IO.Pipelines;
using SseGateway.Protocol;
using SseGateway.Streams;
using SseGateway.Transport;

namespace SseGateway.Relay;

/// <summary>
/// The client's end of a relay: every write is one flush, so bytes leave as they come and the next upstream read waits for the
/// client. It copies nothing and allocates nothing while the client keeps up.
/// </summary>
internal sealed class RelaySink(PipeWriter client, LiveStream stream) : WriteOnlyStream
{
    private FrameBoundary _boundary;

    /// <summary>True when the failure that ended the copy came from this side.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>True when the bytes written so far end a frame (or none were written): the stream may end here, or a notice be added.</summary>
    public bool AtFrameBoundary => _boundary.IsAtBoundary || _boundary.IsLineFeedPending;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return default;
        }

        stream.Touch();
        stream.InFrame = true;
        if (stream.Draining)
        {
            return WriteLast(buffer, cancellationToken);
        }

        _boundary.Advance(buffer.Span);
        return Send(buffer, cancellationToken);
    }

    private ValueTask Send(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var flush = client.WriteAsync(buffer, cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return Awaited(flush);
        }

        Check(flush.Result);
        return default;
    }

    // The gateway is going down: what ends the frame under way still passes, and nothing after it.
    private ValueTask WriteLast(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (!AtFrameBoundary && length < buffer.Length)
        {
            _boundary.Advance(buffer.Span.Slice(length++, 1));
        }

        if (length > 0)
        {
            return Send(buffer[..length], cancellationToken);
        }

        EndDrained();
        return default;
    }

    private async ValueTask Awaited(ValueTask<FlushResult> flush)
    {
        try
        {
            Check(await flush);
        }
        catch (Exception) when (!stream.Ended.IsCancellationRequested)
        {
            ClientFailed = true;
            throw;
        }
    }

    private void Check(FlushResult result)
    {
        if (result.IsCompleted)
        {
            ClientFailed = true;
            stream.Close(CloseReason.ClientClosed);
            stream.Ended.ThrowIfCancellationRequested();
        }

        if (AtFrameBoundary)
        {
            stream.InFrame = false;
            if (stream.Draining)
            {
                EndDrained();
            }
        }
    }

    private void EndDrained()
    {
        stream.Close(CloseReason.Drained);
        stream.Ended.ThrowIfCancellationRequested();
    }

    // Every write is flushed already.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
