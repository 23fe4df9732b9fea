using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Answers;
using SseGateway.Sharing.Clients;
using SseGateway.Sharing.Life;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Unshared;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Client;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing;

/// <summary>
/// Where the way of a shared stream's client ends: it has been authenticated and admitted like every other, and joins the others here instead of
/// being forwarded.
/// </summary>
internal sealed class SharingMiddleware(
    RequestDelegate next, SharedStreams streams, SharingOverflow overflow, UnsharedKeys unshared, FinalAnswers answers, StreamMetrics metrics,
    TimeProvider time)
{
    // The answer to another client's cursor is none of this one's: it asks again, so often at most.
    private const int Attempts = 4;

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<StreamAdmission>() is { Stream: { Mode: StreamMode.Shared } stream } admission
            ? JoinAsync(context, admission, stream) : next(context);

    private async Task JoinAsync(HttpContext context, StreamAdmission admission, LiveStream stream)
    {
        var route = context.Features.GetRequiredFeature<RouteFeature>();
        var request = new ShareRequest(context, route.Settings);
        var key = ShareKey.Of(route.RouteId!, route.Settings.Sharing, request);
        var cursor = ClientCursor.Of(context.Request, route.Settings.CursorNames);
        for (var attempt = 1; ; attempt++)
        {
            if (unshared.Contains(key))
            {
                await RelayAsync(context, stream);
                return;
            }

            if (answers.Find(key, cursor) is { } known)
            {
                admission.Release();
                await known.WriteAsync(context);
                return;
            }

            if (streams.Enter(key, request, cursor, context, route, stream.AddressKey) is not { } entry)
            {
                overflow.Note(key.RouteId);
                await RelayAsync(context, stream);
                return;
            }

            var outcome = await ServeAsync(context, entry, admission, stream);
            switch (outcome)
            {
                case DialOutcome.Refused when attempt < Attempts && IsToAnother(entry, cursor):
                    entry.Shared.Leave();
                    continue;
                case DialOutcome.Refused:
                    await RefuseAsync(context, entry, admission);
                    break;
                case DialOutcome.NoStream:
                    // An ordinary answer is each client's own, and so is a session.
                    await RelayAsync(context, stream);
                    break;
                case DialOutcome.Failed:
                    context.Features.Set(entry.Run.Error);
                    break;
                case DialOutcome.None:
                    context.Features.Set<IForwarderErrorFeature>(
                        new ForwardingError(ForwarderError.RequestCanceled, new StreamEndedException(stream.Reason, new OperationCanceledException())));
                    break;
            }

            return;
        }
    }

    // What is said for good is said to a cursor; that the upstream is busy is said to all.
    private static bool IsToAnother(in Entry entry, byte[] cursor) =>
        entry.Run.Answer!.IsFinal && entry.Shared.Settings.Ids == EventIds.Upstream && !entry.Run.AnsweredCursor.AsSpan().SequenceEqual(cursor);

    // It is the client's until it has the answer, whose body may still be on its way.
    private async Task RefuseAsync(HttpContext context, Entry entry, StreamAdmission admission)
    {
        try
        {
            admission.Release();
            var answer = entry.Run.Answer!;
            await (UpstreamTrouble.TryWriteAsync(context, metrics, answer.Status, answer.RetryAfter, time) ?? answer.WriteAsync(context));
        }
        finally
        {
            entry.Shared.Leave();
        }
    }

    private Task RelayAsync(HttpContext context, LiveStream stream)
    {
        stream.Unshare();
        return next(context);
    }

    // Opened when the client has been served. When it is refused it has not left yet.
    private async Task<DialOutcome> ServeAsync(HttpContext context, Entry entry, StreamAdmission admission, LiveStream stream)
    {
        var stays = false;
        try
        {
            var outcome = await OpeningAsync(context, entry, stream);
            stays = outcome == DialOutcome.Refused;
            if (outcome == DialOutcome.Opened)
            {
                stays = await SubscribeAsync(context, entry, admission, stream);
            }

            return outcome;
        }
        finally
        {
            if (!stays)
            {
                entry.Shared.Leave();
            }
        }
    }

    // None when the client's own stream has ended before.
    private async Task<DialOutcome> OpeningAsync(HttpContext context, Entry entry, LiveStream stream)
    {
        var run = entry.Run;
        if (!run.Opening.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended, context.RequestAborted);
            if (context.Features.GetRequiredFeature<RouteFeature>().Settings.OpenAfter is { Ticks: > 0 } silence && EarlyOpening.IsMeantFor(context))
            {
                await ((Task)run.Opening.WaitAsync(silence, time, ended.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!run.Opening.IsCompleted && !ended.IsCancellationRequested)
                {
                    entry.Shared.OpenEarly(run);
                }
            }

            await ((Task)run.Opening.WaitAsync(ended.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return run.Opening.IsCompleted ? await run.Opening : DialOutcome.None;
    }

    // True when the client stays without this step, and those before it.
    private async Task<bool> SubscribeAsync(HttpContext context, Entry entry, StreamAdmission admission, LiveStream stream)
    {
        context.Features.Set(stream);
        var response = new StreamResponse(context, stream, time);
        if (entry.Shared.Sink.IsMirrored && entry.Cursor.Length > 0 && !entry.Shared.Log.Knows(entry.Cursor))
        {
            // It may come from a gateway that has more.
            await entry.Shared.Sink.CatchUpAsync();
        }

        var subscriber = entry.Shared.Subscribe(context, stream, entry);
        var handover = response.Encoded ? null : Handover.For(context);
        var handedOver = false;
        try
        {
            response.PrepareHead();
            if (handover is not null && !EndingTable.IsCut(stream.Reader))
            {
                context.Response.Headers.Connection = "close";
            }

            stream.Connect(subscriber);
            await StartAsync(response, subscriber, stream);
            if (!stream.Ended.IsCancellationRequested)
            {
                handedOver = true;
                admission.HandOver();
                var succession = context.Features.Get<ISuccession>();
                context.Features.Set<ISuccession>(null);
                if (handover is null)
                {
                    context.Features.Set<StreamAdmission>(null);
                    context.Features.Set<IResponseHeir>(new ParkedClient(entry.Shared, stream, subscriber, response, succession, context.RequestAborted));
                    return true;
                }

                DrainingConnection.LetGo(context);
                handover.Take(new DetachedClient(handover, entry.Shared, stream, subscriber, succession, time));
                return true;
            }
        }
        finally
        {
            if (!handedOver)
            {
                entry.Shared.Unsubscribe(subscriber);
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
