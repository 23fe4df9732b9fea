using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
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

    // What a client is told to wait when the gateway goes down under it.
    private const int MinRetryMilliseconds = 1000;
    private const int MaxRetryMilliseconds = 5000;

    // How long a client may take to read the last bytes of a stream that was cut.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    // RFC 9113 section 7.
    private const int Http2InternalError = 2;

    /// <summary>Copies until one side ends. Never throws: after the head is out, an exception would make YARP clear the response.</summary>
    public async Task RunAsync()
    {
        var sink = new RelaySink(context.Response.BodyWriter, stream);
        context.Features.Set(stream);
        try
        {
            PrepareHead(context.Response);
            await context.Response.StartAsync(stream.Ended);
            await context.Response.BodyWriter.FlushAsync(stream.Ended);
            await using var body = await upstream.Content.ReadAsStreamAsync(stream.Ended);
            await body.CopyToAsync(sink, CopyBufferBytes, stream.Ended);
            stream.TrySetReason(CloseReason.UpstreamEnded);
        }
        catch (Exception exception)
        {
            // Whoever ended the stream first has set the reason; what is left is a failure of the upstream's body.
            stream.TrySetReason(sink.ClientFailed ? CloseReason.ClientClosed : CloseReason.UpstreamFailed);
            await FinishAsync(exception, sink);
        }
    }

    // An upstream may encode the stream without having been asked to; then it passes, but nothing of ours can be added to it.
    private bool Encoded => context.Response.Headers.ContentEncoding.Count > 0;

    private static void PrepareHead(HttpResponse response)
    {
        var headers = response.Headers;

        // The upstream's length would be wrong as soon as a comment or notice is added.
        headers.ContentLength = null;
        headers["X-Accel-Buffering"] = "no";
        headers.CacheControl = CacheControl.ForStream(headers.CacheControl);
    }

    private async Task FinishAsync(Exception exception, RelaySink sink)
    {
        switch (stream.Reason)
        {
            case CloseReason.Drained when sink.AtFrameBoundary && !Encoded:
                // The gateway's own end, between two frames: clean, and the clients come back, not all in the same moment (PITFALLS 11).
                FrameWriter.WriteRetry(context.Response.BodyWriter, Random.Shared.Next(MinRetryMilliseconds, MaxRetryMilliseconds));
                break;
            case CloseReason.ClientClosed:
                context.Features.Set<IForwarderErrorFeature>(new RelayError(ForwarderError.ResponseBodyClient, exception));
                context.Abort();
                break;
            default:
                // An upstream that is cut stays cut: a clean end here would pass off half an answer as a whole one (PITFALLS 33). The end of
                // the gateway in mid-frame is cut too, but no failure of the upstream's.
                var error = stream.Reason == CloseReason.UpstreamFailed ? ForwarderError.ResponseBodyDestination : ForwarderError.ResponseBodyCanceled;
                context.Features.Set<IForwarderErrorFeature>(new RelayError(error, exception));
                await CutAsync();
                break;
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
