using System.Buffers;
using System.Net.Sockets;
using SseGateway.Protocol;

namespace SseGateway.Streams;

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

    /// <summary>Ends it as the stream's reason asks for. Never throws.</summary>
    /// <param name="output">The stream's; nothing is written to it after this.</param>
    /// <returns>False when the client sees a cut.</returns>
    protected async Task<bool> EndAsync(StreamOutput output)
    {
        switch (stream.Reason)
        {
            case CloseReason.UpstreamEnded:
                await output.SealAsync();
                return true;
            case CloseReason.ClientClosed:
            case CloseReason.Vanished:
                Abort();
                await output.SealAsync();
                return false;
            case CloseReason.UpstreamFailed when !output.EndsBetweenFrames:
            case CloseReason.Slow:
                // An upstream that is cut stays cut: a clean end here would pass off half an answer as a whole one (PITFALLS 33).
                await CutAsync();
                await output.SealAsync();
                return false;
            default:
                return await SayGoodbyeAsync(output);
        }
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
            await Task.Delay(Linger, time, ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client was faster: nobody is there to tell.
        }
    }

    // The gateway's own end. Between two frames it is clean, and the clients come back, not all in the same moment (PITFALLS 11). In mid-frame,
    // or where the client cannot come back for the rest, it is a cut.
    private async Task<bool> SayGoodbyeAsync(StreamOutput output)
    {
        if (stream.Reason == CloseReason.Drained)
        {
            LetConnectionGo();
        }

        await output.SealAsync();
        if (!stream.Resumable || !output.AtBoundary || IsOpaque)
        {
            await CutAsync();
            return false;
        }

        try
        {
            if (Goodbye.Retry(stream.Reason) is { } retry)
            {
                var frame = new ArrayBufferWriter<byte>();
                FrameWriter.WriteRetry(frame, retry);
                await SendAsync(frame.WrittenMemory);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client was faster, or does not read; the sweep has seen to that.
            Abort();
        }

        return true;
    }
}
