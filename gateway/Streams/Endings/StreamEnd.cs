using System.Net.Sockets;
using SseGateway.Protocol;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Life;
using SseGateway.Streams.Notices;
using SseGateway.Streams.Output;

namespace SseGateway.Streams.Endings;

/// <summary>Ends one client's stream in the way that says why, whoever has the connection: the server's HTTP layer or the stream itself.</summary>
internal abstract class StreamEnd(LiveStream stream)
{
    // How long a client may take to read the last bytes of a stream that was cut.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    protected LiveStream Stream => stream;

    /// <summary>True when nothing of the gateway's may follow the body's bytes.</summary>
    protected abstract bool IsOpaque { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    protected abstract CancellationToken ClientGone { get; }

    /// <summary>Drops the client's connection, or on HTTP/2 its stream.</summary>
    protected abstract void Abort();

    /// <summary>Ends the body so that the client sees a cut.</summary>
    protected abstract Task CutAsync();

    /// <summary>Sends a last frame, flushed.</summary>
    protected abstract Task SendAsync(ReadOnlyMemory<byte> frame);

    /// <summary>Lets the connection have no further request.</summary>
    protected abstract void LetConnectionGo();

    /// <summary>Ends it as <see cref="EndingTable"/> says. Never throws.</summary>
    /// <param name="output">The stream's; nothing is written to it after this.</param>
    /// <returns>False when the client sees a cut.</returns>
    protected async Task<bool> EndAsync(StreamOutput output)
    {
        if (stream.Reason == CloseReason.Drained)
        {
            LetConnectionGo();
        }

        var reader = output.HasShownId ? stream.Reader.Resuming() : stream.Reader;
        var ending = EndingTable.Of(reader, stream.Reason, output.EndsBetweenFrames || stream.Trouble is not null);
        switch (ending.Kind)
        {
            case EndKind.Gone:
                Abort();
                await output.SealAsync();
                return false;
            case EndKind.Broken:
                // At once: what is being written may wait for a client that does not read.
                await CutAsync();
                await output.SealAsync();
                return false;
            case EndKind.AsItCame:
                await output.SealAsync();
                return true;
        }

        await output.SealAsync();
        if (stream is { IsListening: true, RequestId: { } id, Reason: CloseReason.Drained or CloseReason.Lifetime or CloseReason.Evicted }
            && output.AtBoundary && !IsOpaque)
        {
            await SendLastAsync(ListenResult.Frame(id.Span), output.LineEnd);
            return true;
        }

        if (ending.Kind == EndKind.Told && output.AtBoundary && !IsOpaque)
        {
            await TellAsync(output);
        }

        if (ending.Kind is EndKind.Cut or EndKind.Told || !output.AtBoundary || IsOpaque)
        {
            await CutAsync();
            return false;
        }

        await SayWhenToComeBackAsync(ending.Retry, output.LineEnd);
        return true;
    }

    /// <summary>
    /// A FIN without the last chunk, for HTTP/1.1. An abort is a TCP reset, which throws away what the client has not received yet; but the
    /// bytes before an upstream's cut are the client's (catalogue 7.4.7).
    /// </summary>
    protected async Task ShutDownAsync(Socket socket, TimeProvider time)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            await LingerAsync(time);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client was faster: nobody is there to tell.
        }
    }

    /// <summary>Gives the client time to read what was sent.</summary>
    protected async Task LingerAsync(TimeProvider time) =>
        await Task.Delay(Linger, time, ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task TellAsync(StreamOutput output)
    {
        var error = stream is { Reason: CloseReason.UpstreamFailed, Trouble: { } trouble } ? trouble : EndingWords.Of(stream.Reason);
        var progress = new StreamProgress(output.Sequence, stream.RequestId);
        if (ErrorForm.Of(stream.Reader.Dialect)?.Frame(error, progress) is { } frame)
        {
            await SendLastAsync(frame, output.LineEnd);
        }
    }

    private async Task SendLastAsync(byte[] frame, LineEnd end)
    {
        try
        {
            await SendAsync(OwnFrame.In(frame, end));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client was faster, or does not read; the sweep has seen to that.
            Abort();
        }
    }

    private async Task SayWhenToComeBackAsync(RetryWait? wait, LineEnd end)
    {
        if (wait is null)
        {
            return;
        }

        var time = TimeSpan.FromMilliseconds(wait.Milliseconds());
        stream.SendAway(time);
        await SendLastAsync(Notice.Retry(time), end);
    }
}
