using SseGateway.Streams;
using SseGateway.Transport;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Sharing.Upstream;

/// <summary>
/// Request feature of a shared stream's own request: one attempt at the upstream. The request goes through YARP's whole pipeline; its answer
/// comes here.
/// </summary>
internal sealed class UpstreamDial(UpstreamFeed feed, Action<UpstreamHead> opened)
{
    // Only what an HTTP/2 upstream's stream rents while it waits.
    private const int CopyBufferBytes = 4096;

    public DialOutcome Outcome { get; private set; }

    /// <summary>For <see cref="DialOutcome.Refused"/>.</summary>
    public UpstreamAnswer? Answer { get; private set; }

    /// <summary>What went wrong, before the head or after it; null for an upstream that ended its stream.</summary>
    public IForwarderErrorFeature? Error { get; private set; }

    /// <summary>True when the upstream sends what no log can hold.</summary>
    public bool Unreadable => Error?.Exception is Protocol.FrameTooLargeException;

    /// <summary>Takes the answer, and the stream to its end. Never throws: YARP would make a failure of the head out of it.</summary>
    /// <param name="transform">The answer on its way.</param>
    /// <param name="upstream">The answer.</param>
    /// <param name="time">By which the body of an ordinary answer may come to a standstill.</param>
    public async Task TakeAsync(ResponseTransformContext transform, HttpResponseMessage upstream, TimeProvider time)
    {
        transform.SuppressResponseBody = true;
        var context = transform.HttpContext;
        try
        {
            var isStream = EventStreamContent.Is(upstream);
            if (isStream)
            {
                ContentCoding.DropIfNone(context.Response.Headers);
            }

            if (isStream && context.Response.Headers.ContentEncoding.Count == 0)
            {
                Outcome = DialOutcome.Opened;
                feed.Begin(context.Response.Headers["Sse-Resume"].ToString());
                opened(new UpstreamHead(context.Response.Headers));
                await using var body = await upstream.Content.ReadAsStreamAsync(context.RequestAborted);
                await body.CopyToAsync(feed, CopyBufferBytes, context.RequestAborted);
            }
            else if (context.Response.StatusCode == StatusCodes.Status200OK)
            {
                Outcome = DialOutcome.NoStream;
            }
            else
            {
                await TimedBody.SetAsync(context, upstream, time);
                Answer = await UpstreamAnswer.ReadAsync(context.Response, upstream, context.RequestAborted);
                Outcome = DialOutcome.Refused;
            }
        }
        catch (Exception exception)
        {
            var error = context.RequestAborted.IsCancellationRequested ? ForwarderError.ResponseBodyCanceled : ForwarderError.ResponseBodyDestination;
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, exception));
        }
    }

    /// <summary>Takes note of how the pipeline ended.</summary>
    public void Finish(HttpContext context)
    {
        Error = context.Features.Get<IForwarderErrorFeature>();
        if (Outcome == DialOutcome.None)
        {
            Outcome = DialOutcome.Failed;
            Error ??= new ForwardingError(ForwarderError.NoAvailableDestinations, null);
        }
    }
}
