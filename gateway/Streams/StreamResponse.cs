using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseGateway.Protocol;

namespace SseGateway.Streams;

/// <summary>
/// The HTTP side of one client's stream: its head, and an end that says what it was. What is in between goes through its
/// <see cref="StreamOutput"/>.
/// </summary>
internal sealed class StreamResponse(HttpContext context, LiveStream stream, TimeProvider time)
{
    // How long a client may take to read the last bytes of a stream that was cut.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    // RFC 9113 section 7.
    private const int Http2InternalError = 2;

    private MinDataRate? _rate;

    /// <summary>True when the body is encoded, without anybody having asked for it: it passes, but nothing of ours can be added to it.</summary>
    public bool Encoded => context.Response.Headers.ContentEncoding.Count > 0;

    /// <summary>Makes the head one of a stream. Status and the upstream's fields are set before.</summary>
    public void PrepareHead()
    {
        // The stream has a write deadline of its own; this one's allowance grows with what was sent (PITFALLS 20).
        if (Rate is { } rate)
        {
            _rate = rate.MinDataRate;
            rate.MinDataRate = null;
        }

        // A life of hours among the durations of requests would leave nothing to see in them (PITFALLS 9).
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true;
        }

        var headers = context.Response.Headers;

        // The upstream's length would be wrong as soon as a comment or notice is added.
        headers.ContentLength = null;
        headers["X-Accel-Buffering"] = "no";
        headers.CacheControl = CacheControl.ForStream(headers.CacheControl);
    }

    /// <summary>Sends the head at once, whenever the first event may come, and opens the stream.</summary>
    public async Task StartAsync()
    {
        await context.Response.StartAsync(stream.Ended);
        await context.Response.BodyWriter.FlushAsync(stream.Ended);
        stream.Open();
        if (context.Features.Get<OpeningSpan>() is { } span)
        {
            span.End(OpeningOutcome.Opened, stream.RouteId, context.Response.StatusCode, time.GetUtcNow());
        }
    }

    /// <summary>Ends the response as the stream's reason asks for. Never throws.</summary>
    /// <param name="output">The stream's; nothing is written to it after this.</param>
    /// <returns>False when the client sees a cut.</returns>
    public async Task<bool> FinishAsync(StreamOutput output)
    {
        var whole = await EndAsync(output);
        if (Rate is { } rate)
        {
            // What is still to come is Kestrel's own, the end of the chunks, and has no other deadline.
            rate.MinDataRate = _rate;
        }

        return whole;
    }

    // HTTP/1.1 only: on HTTP/2 it cannot be set, and there is none for a stream whose window is full; HTTP/1.0 keeps it.
    private IHttpMinResponseDataRateFeature? Rate =>
        HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IHttpMinResponseDataRateFeature>() : null;

    private async Task<bool> EndAsync(StreamOutput output)
    {
        switch (stream.Reason)
        {
            case CloseReason.UpstreamEnded:
                await output.SealAsync();
                return true;
            case CloseReason.ClientClosed:
                context.Abort();
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

    // The gateway's own end. Between two frames it is clean, and the clients come back, not all in the same moment (PITFALLS 11). In mid-frame,
    // or where the client cannot come back for the rest, it is a cut.
    private async Task<bool> SayGoodbyeAsync(StreamOutput output)
    {
        if (stream.Reason == CloseReason.Drained)
        {
            DrainingConnection.LetGo(context);
        }

        await output.SealAsync();
        if (!stream.Resumable || !output.AtBoundary || Encoded)
        {
            await CutAsync();
            return false;
        }

        try
        {
            if (Goodbye.Retry(stream.Reason) is { } retry)
            {
                FrameWriter.WriteRetry(context.Response.BodyWriter, retry);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client was faster, or does not read; the sweep has seen to that.
            context.Abort();
        }

        return true;
    }

    // Kestrel's abort is a TCP reset, which throws away what the client has not received yet; but the bytes before an upstream's cut
    // are the client's (catalogue 7.4.7). In HTTP/1.1 a FIN without the last chunk says the same and comes behind the bytes. In HTTP/1.0
    // a FIN would be a clean end, so there the reset stays.
    private async Task CutAsync()
    {
        if (context.Features.Get<IHttpResetFeature>() is { } http2)
        {
            http2.Reset(Http2InternalError);
            return;
        }

        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
                await Task.Delay(Linger, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The client was faster: nobody is there to tell.
            }
        }

        context.Abort();
    }
}
