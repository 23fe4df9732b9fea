using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration;
using SseGateway.Edge.Tickets;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams;
using SseGateway.Streams.Admission;
using SseGateway.Transport;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing;

/// <summary>
/// Where the way of a shared stream's client ends: it has been authenticated and admitted like every other, and joins the others here instead of
/// being forwarded.
/// </summary>
internal sealed class SharingMiddleware(RequestDelegate next, SharedStreams streams, StreamMetrics metrics, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<StreamAdmission>() is { Stream: { Mode: StreamMode.Shared } stream } admission ? JoinAsync(context, admission, stream) : next(context);

    private async Task JoinAsync(HttpContext context, StreamAdmission admission, LiveStream stream)
    {
        if (streams.Enter(context, context.Features.GetRequiredFeature<RouteFeature>()) is not { } shared)
        {
            admission.Refuse(RefusalReason.SharedStreams);
            await Refusal.WriteAsync(context, RefusalReason.SharedStreams);
            return;
        }

        var outcome = DialOutcome.None;
        var isEarly = !shared.Opening.IsCompleted;
        var handedOver = false;
        try
        {
            outcome = await OpeningAsync(context, shared, stream);
            if (outcome == DialOutcome.Opened)
            {
                handedOver = await SubscribeAsync(context, shared, admission, stream, isEarly);
            }
        }
        finally
        {
            if (!handedOver)
            {
                shared.Leave();
            }
        }

        switch (outcome)
        {
            case DialOutcome.Refused:
                admission.Release();
                await (UpstreamTrouble.TryWriteAsync(context, metrics, shared.Answer!.Status, shared.Answer.RetryAfter, time) ?? shared.Answer.WriteAsync(context));
                break;
            case DialOutcome.NoStream:
                // An ordinary answer is each client's own.
                await next(context);
                break;
            case DialOutcome.Failed:
                context.Features.Set(shared.Error);
                break;
            case DialOutcome.None:
                context.Features.Set<IForwarderErrorFeature>(
                    new ForwardingError(ForwarderError.RequestCanceled, new StreamEndedException(stream.Reason, new OperationCanceledException())));
                break;
        }
    }

    // None when the client's own stream has ended before.
    private static async Task<DialOutcome> OpeningAsync(HttpContext context, SharedStream shared, LiveStream stream)
    {
        if (!shared.Opening.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended, context.RequestAborted);
            await ((Task)shared.Opening.WaitAsync(ended.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return shared.Opening.IsCompleted ? await shared.Opening : DialOutcome.None;
    }

    // True when the client stays without its request.
    private async Task<bool> SubscribeAsync(HttpContext context, SharedStream shared, StreamAdmission admission, LiveStream stream, bool isEarly)
    {
        context.Features.Set(stream);
        var response = new StreamResponse(context, stream, time);
        var subscriber = shared.Subscribe(context, stream, isEarly);
        var handover = response.Encoded ? null : Handover.For(context);
        var handedOver = false;
        try
        {
            response.PrepareHead();
            if (handover is not null)
            {
                context.Response.Headers.Connection = "close";
            }

            stream.Connect(subscriber);
            await StartAsync(response, subscriber, stream);
            if (handover is not null && !stream.Ended.IsCancellationRequested)
            {
                handedOver = true;
                admission.HandOver();
                var ticket = context.Features.Get<TicketUse>();
                context.Features.Set<TicketUse>(null);
                handover.Take(new DetachedClient(handover, shared, stream, subscriber, ticket, time));
                return true;
            }

            await subscriber.EndedAsync();
        }
        finally
        {
            if (!handedOver)
            {
                shared.Unsubscribe(subscriber);
            }
        }

        await response.FinishAsync(subscriber);
        return false;
    }

    private static async Task StartAsync(StreamResponse response, Subscriber subscriber, LiveStream stream)
    {
        try
        {
            await response.StartAsync();
        }
        catch (Exception)
        {
            // The client was faster, or its stream was ended; with anything else there is nobody to write to either.
            stream.Abort(CloseReason.ClientClosed);
        }
    }
}
