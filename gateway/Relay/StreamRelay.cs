using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using SseGateway.Transport.Client;
using SseGateway.Transport.Early;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Relay;

/// <summary>
/// One upstream response copied to one client: the life of a relayed stream from its head to its end.
/// </summary>
internal sealed class StreamRelay(HttpContext context, HttpResponseMessage upstream, LiveStream stream, TimeProvider time)
{
    // Only what an HTTP/2 upstream's stream rents while it waits. A body in HTTP/1.1 is taken over or, over TLS, written straight from the
    // connection's own read buffer.
    private const int CopyBufferBytes = 4096;

    /// <summary>Copies until one side ends. Never throws: after the head is out, an exception would make YARP clear the response.</summary>
    public async Task RunAsync()
    {
        context.Features.Set(stream);
        stream.Trace?.Note(context);
        var response = new StreamResponse(context, stream, time);
        response.PrepareHead();
        var output = new RelayOutput(
            stream,
            Handover.ForChunks(context) is { } client ? client.Output.SendChunkAsync : context.Response.BodyWriter.WriteAsync,
            mayInsert: !response.Encoded,
            stream.WatchesBeats ? new Rhythm() : null);
        stream.Connect(output);
        Exception? failure = null;
        try
        {
            using var body = UpstreamConnection.TryTakeBody(upstream);
            await response.StartAsync(flush: body is not { HasBegun: true });
            await using var sink = new RelaySink(output);
            if (body is not null)
            {
                body.IsGathered = stream.SharedConnection is not null;
                await body.CopyToAsync(sink, stream.Ended);
            }
            else
            {
                await using var content = await upstream.Content.ReadAsStreamAsync(stream.Ended);
                await content.CopyToAsync(sink, CopyBufferBytes, stream.Ended);
            }

            stream.TrySetReason(CloseReason.UpstreamEnded);
        }
        catch (Exception exception)
        {
            stream.Trouble = (exception as LateAnswerException)?.Error;

            // Whoever ended the stream first has set the reason; what is left is a failure of the upstream's body.
            stream.TrySetReason(output.ClientFailed ? CloseReason.ClientClosed : CloseReason.UpstreamFailed);
            failure = exception;
        }

        var whole = await response.FinishAsync(output);
        if (Error(whole) is { } error)
        {
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, failure));
        }
    }

    // What YARP's passive health checks make of the end: a cut of the gateway's own is no failure of the upstream's.
    private ForwarderError? Error(bool whole) => stream.Reason switch
    {
        CloseReason.ClientClosed or CloseReason.Slow or CloseReason.Vanished => ForwarderError.ResponseBodyClient,
        CloseReason.UpstreamFailed => ForwarderError.ResponseBodyDestination,
        _ => whole ? null : ForwarderError.ResponseBodyCanceled,
    };
}
