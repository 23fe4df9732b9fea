using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Sharing.Unshared;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Output;
using SseGateway.Transport.Http;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Sharing.Upstream;

/// <summary>
/// Request feature of a shared stream's own request: one attempt at the upstream. The request goes through YARP's whole pipeline; its answer
/// comes here.
/// </summary>
/// <param name="feed">Where the stream goes.</param>
/// <param name="answered">Called when the upstream has answered with a stream: gives what is kept shut until its first events have been seen, or null when
/// nobody waits for them.</param>
/// <param name="answeredAtHead">Called with an answer that is no stream and keeps its body waiting: gives whether anybody is there for it.</param>
internal sealed class UpstreamDial(UpstreamFeed feed, Func<UpstreamHead, OpeningGate?> answered, Func<UpstreamDial, bool> answeredAtHead)
{
    // The body comes with the head or within a millisecond or two, and then the answer is passed on in one piece. By the machine's clock, as in OpeningGate.
    private static readonly TimeSpan ForBody = TimeSpan.FromMilliseconds(100);

    // Only what an HTTP/2 upstream's stream rents while it waits.
    private const int CopyBufferBytes = 4096;

    public DialOutcome Outcome { get; private set; }

    /// <summary>For <see cref="DialOutcome.Refused"/>.</summary>
    public UpstreamAnswer? Answer { get; private set; }

    /// <summary>What went wrong, before the head or after it; null for an upstream that ended its stream.</summary>
    public IForwarderErrorFeature? Error { get; private set; }

    /// <summary>Where the request went, as operators name it.</summary>
    public string Cluster { get; private set; } = LogText.None;

    /// <inheritdoc cref="Cluster"/>
    public string Destination { get; private set; } = LogText.None;

    /// <summary>What shows that clients cannot have the stream in common; null for nothing.</summary>
    public string? Unshareable { get; private set; }

    /// <summary>True when those who waited for the answer have had its head before its body was there.</summary>
    public bool AnsweredAtHead { get; private set; }

    /// <summary>True when the upstream has ended its stream, and not only been lost.</summary>
    public bool Ended => Outcome == DialOutcome.Opened && Error is null;

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
                Unshareable = SessionSigns.Of(upstream, context.Response.Headers);
                Outcome = DialOutcome.NoStream;
                if (Unshareable is null)
                {
                    await FeedAsync(context, upstream);
                }
            }
            else if (context.Response.StatusCode == StatusCodes.Status200OK)
            {
                Outcome = DialOutcome.NoStream;
            }
            else
            {
                await TimedBody.SetAsync(context, upstream, time);
                await ReadAnswerAsync(context, upstream, time);
            }
        }
        catch (Exception exception)
        {
            var error = context.RequestAborted.IsCancellationRequested ? ForwarderError.ResponseBodyCanceled : ForwarderError.ResponseBodyDestination;
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, exception));
        }
    }

    // The body has as long as a head, and holds up nobody.
    private async Task ReadAnswerAsync(HttpContext context, HttpResponseMessage upstream, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(context.Features.GetRequiredFeature<RouteFeature>().Settings.Timeouts.HeadFor(isLong: true), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        var body = UpstreamAnswer.ReadBodyAsync(upstream, ended.Token);
        var answer = new UpstreamAnswer(new UpstreamHead(context.Response), body, upstream.Content.Headers.ContentLength);
        await Task.WhenAny(body, Task.Delay(ForBody, ended.Token));
        if (body.IsCompleted)
        {
            await body;
            (Answer, Outcome) = (answer, DialOutcome.Refused);
            return;
        }

        (Answer, Outcome) = (answer, DialOutcome.Refused);
        AnsweredAtHead = answeredAtHead(this);
        if (!AnsweredAtHead)
        {
            await ended.CancelAsync();
        }

        await ((Task)body).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FeedAsync(HttpContext context, HttpResponseMessage upstream)
    {
        Outcome = DialOutcome.Opened;
        feed.Begin(context.Response.Headers["Sse-Resume"].ToString());
        using var gate = answered(new UpstreamHead(context.Response));
        try
        {
            if (gate is not null)
            {
                feed.LetInBy(gate);
            }

            await using var body = await upstream.Content.ReadAsStreamAsync(context.RequestAborted);
            await body.CopyToAsync(feed, CopyBufferBytes, context.RequestAborted);
        }
        catch (UnshareableException found)
        {
            Unshareable = found.Sign;
            Outcome = gate is not null && gate.Close() ? DialOutcome.NoStream : DialOutcome.Opened;
            throw;
        }
        catch (GatewayRefusedException)
        {
            Outcome = gate is not null && gate.Close() ? DialOutcome.Failed : DialOutcome.Opened;
            throw;
        }
        finally
        {
            // However short the stream was, it was one.
            gate?.Open();
        }
    }

    /// <summary>Takes note of how the pipeline ended.</summary>
    public void Finish(HttpContext context)
    {
        Error = context.Features.Get<IForwarderErrorFeature>();
        if (context.Features.Get<IReverseProxyFeature>() is { } proxy)
        {
            (Cluster, Destination) = (proxy.Cluster.Config.ClusterId, proxy.ProxiedDestination?.DestinationId ?? LogText.None);
        }

        if (Outcome == DialOutcome.None)
        {
            Outcome = DialOutcome.Failed;
            Error ??= new ForwardingError(ForwarderError.NoAvailableDestinations, null);
        }
    }
}
