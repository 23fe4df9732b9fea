using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseGateway.Protocol;
using SseGateway.Streams;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Relay;

/// <summary>
/// One upstream response copied to one client: the life of a relayed stream from its head to its end.
/// </summary>
internal sealed class StreamRelay(HttpContext context, HttpResponseMessage upstream, LiveStream stream, TimeProvider time)
{
    // Only what an HTTP/2 upstream's stream rents while it waits; an HTTP/1.1 upstream's bytes are written straight from the
    // connection's own read buffer, so an idle stream holds nothing here.
    private const int CopyBufferBytes = 4096;

    // How long a client may take to read the last bytes of a stream that was cut.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    // RFC 9113 section 7.
    private const int Http2InternalError = 2;

    private MinDataRate? _rate;

    /// <summary>Copies until one side ends. Never throws: after the head is out, an exception would make YARP clear the response.</summary>
    public async Task RunAsync()
    {
        context.Features.Set(stream);
        PrepareHead();
        var output = stream.Connect(context.Response.BodyWriter, mayInsert: !Encoded);
        Exception? failure = null;
        try
        {
            await context.Response.StartAsync(stream.Ended);
            await context.Response.BodyWriter.FlushAsync(stream.Ended);
            stream.Open();
            EndOpeningSpan();
            await using var body = await upstream.Content.ReadAsStreamAsync(stream.Ended);
            await using var sink = new RelaySink(output);
            await body.CopyToAsync(sink, CopyBufferBytes, stream.Ended);
            stream.TrySetReason(CloseReason.UpstreamEnded);
        }
        catch (Exception exception)
        {
            // Whoever ended the stream first has set the reason; what is left is a failure of the upstream's body.
            stream.TrySetReason(output.ClientFailed ? CloseReason.ClientClosed : CloseReason.UpstreamFailed);
            failure = exception;
        }

        await FinishAsync(failure, output);
        if (Rate is { } rate)
        {
            // What is still to come is Kestrel's own, the end of the chunks, and has no other deadline.
            rate.MinDataRate = _rate;
        }
    }

    // HTTP/1.1 only: on HTTP/2 it cannot be set, and there is none for a stream whose window is full; HTTP/1.0 keeps it.
    private IHttpMinResponseDataRateFeature? Rate =>
        HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<IHttpMinResponseDataRateFeature>() : null;

    // An upstream may encode the stream without having been asked to; then it passes, but nothing of ours can be added to it.
    private bool Encoded => context.Response.Headers.ContentEncoding.Count > 0;

    private void EndOpeningSpan()
    {
        if (context.Features.Get<OpeningSpan>() is { } span)
        {
            span.End(OpeningOutcome.Opened, stream.RouteId, context.Response.StatusCode, time.GetUtcNow());
        }
    }

    private void PrepareHead()
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

    private async Task FinishAsync(Exception? failure, StreamOutput output)
    {
        switch (stream.Reason)
        {
            case CloseReason.UpstreamEnded:
                await output.SealAsync();
                break;
            case CloseReason.ClientClosed:
                context.Features.Set<IForwarderErrorFeature>(new RelayError(ForwarderError.ResponseBodyClient, failure));
                context.Abort();
                await output.SealAsync();
                break;
            case CloseReason.UpstreamFailed or CloseReason.Slow:
                // An upstream that is cut stays cut: a clean end here would pass off half an answer as a whole one (PITFALLS 33).
                var error = stream.Reason == CloseReason.UpstreamFailed ? ForwarderError.ResponseBodyDestination : ForwarderError.ResponseBodyClient;
                context.Features.Set<IForwarderErrorFeature>(new RelayError(error, failure));
                await CutAsync();
                await output.SealAsync();
                break;
            default:
                await SayGoodbyeAsync(output);
                break;
        }
    }

    // The gateway's own end. Between two frames it is clean, and the clients come back, not all in the same moment (PITFALLS 11). In mid-frame,
    // or where the client cannot come back for the rest, it is a cut, but no failure of the upstream's.
    private async Task SayGoodbyeAsync(StreamOutput output)
    {
        if (stream.Reason == CloseReason.Drained)
        {
            DrainingConnection.LetGo(context);
        }

        await output.SealAsync();
        if (!stream.Resumable || !output.AtBoundary || Encoded)
        {
            context.Features.Set<IForwarderErrorFeature>(new RelayError(ForwarderError.ResponseBodyCanceled, null));
            await CutAsync();
            return;
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
