using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Sharing.Log;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Keeping.Reading;

/// <summary>
/// Answers requests for a kept answer: GET reads it on, DELETE stops it. What is somebody else's is as if it were not there.
/// </summary>
internal sealed class AnswerEndpoint(AnswerSearch search, AnswerReader reader, KeepMetrics metrics, TimeProvider time)
{
    private const string NodeField = "Gateway-Node";

    // What a reader has had of the gateway that has the upstream comes to the others a moment later; or never, and that is known in nine seconds.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private const int Looks = 500;

    public async Task AnswerAsync(HttpContext context)
    {
        var admission = context.Features.GetRequiredFeature<StreamAdmission>();
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await ReadAsync(context, admission, await FindAsync(context, admission));
            return;
        }

        admission.GiveBack(isSuccess: false);
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            await StopAsync(context, await FindAsync(context, admission));
            return;
        }

        context.Response.Headers.Allow = "GET, DELETE";
        await Results.Problem(title: "Kept answers are read with GET and stopped with DELETE", statusCode: StatusCodes.Status405MethodNotAllowed)
            .ExecuteAsync(context);
    }

    /// <summary>Gives somebody the newest answer of a chat as long as it goes on, also when the service thinks about it still. Afterwards it is in the
    /// application's history.</summary>
    /// <param name="context">The request.</param>
    /// <param name="admission">Its place.</param>
    /// <param name="target">The answer.</param>
    public async Task ResumeAsync(HttpContext context, StreamAdmission admission, AnswerTarget target)
    {
        using var use = target.Answer is { IsOver: true } ? null : await OpenAsync(context, target);
        if (use is { Answer: { IsOver: false } answer })
        {
            // The service may think about it for minutes yet: whoever waits so long has a place, by which it is ended and counted.
            if (!answer.Begun.IsCompleted)
            {
                if (await admission.AdmitAsync() is not RefusalReason.None and var refusal)
                {
                    await Refusal.WriteAsync(context, refusal);
                    return;
                }

                var stream = admission.Stream!;
                stream.Keep(stream.Reader with { CanComeBack = false }, asked: null);
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(admission.Stream?.Ended ?? default, context.RequestAborted);
            await ((Task)answer.Begun.WaitAsync(ended.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsEnded(context, admission))
            {
                return;
            }

            // Also one that has come as a whole: who has waited for it has read a history without it.
            if (answer.Begun is { IsCompletedSuccessfully: true, Result: true })
            {
                await ReadAsync(context, admission, use, target.Card is not null);
                return;
            }
        }

        admission.GiveBack(isSuccess: true);
        await NothingAsync(context);
    }

    private async ValueTask<AnswerTarget> FindAsync(HttpContext context, StreamAdmission admission)
    {
        var target = await search.FindAsync(context.Features.GetRequiredFeature<AnswerRequest>().Id);
        return target.For(admission.Subject, context.Features.GetRequiredFeature<RouteFeature>().RouteId);
    }

    private async Task StopAsync(HttpContext context, AnswerTarget target)
    {
        if (!await search.StopAsync(target))
        {
            target = await search.FindAsync(target.Card!.Id);
        }

        await (target.Node is { } node ? ElsewhereAsync(context, node) : NothingAsync(context));
    }

    private async Task ReadAsync(HttpContext context, StreamAdmission admission, AnswerTarget target)
    {
        using var use = await OpenAsync(context, target);
        if (use is { Answer.Head: not null })
        {
            await ReadAsync(context, admission, use, target.Card is not null);
            return;
        }

        if (target.Card is { } card)
        {
            // It has gone meanwhile, or the store has.
            target = await search.FindAsync(card.Id);
        }

        admission.GiveBack(isSuccess: target.Node is null);
        await (target.Node is { } node ? ElsewhereAsync(context, node) : NothingAsync(context));
    }

    private async Task ReadAsync(HttpContext context, StreamAdmission admission, AnswerUse use, bool isMirrored)
    {
        var answer = use.Answer;
        if (!AnswerPlace.IsReadable(context.Request))
        {
            await GiveBackAsync(context => ProblemAsync(
                context, StatusCodes.Status400BadRequest, "after must be how many events of the answer have been read"));
            return;
        }

        var names = context.Features.GetRequiredFeature<RouteFeature>().Settings.CursorNames;
        LogPlace place;
        for (var looks = isMirrored ? Looks : 0; !AnswerPlace.TryFind(context.Request, answer, names, out place); looks--)
        {
            if (looks <= 0 || answer.IsOver || context.RequestAborted.IsCancellationRequested)
            {
                await GiveBackAsync(context => ProblemAsync(context, StatusCodes.Status410Gone, "What follows in the answer is not kept"));
                return;
            }

            await Task.Delay(Look, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (answer.EndedAs == CloseReason.UpstreamEnded && !place.Cursor.HasMore)
        {
            await GiveBackAsync(NothingAsync);
            return;
        }

        if (await admission.AdmitAsync() is not RefusalReason.None and var reason)
        {
            await Refusal.WriteAsync(context, reason);
            return;
        }

        if (IsEnded(context, admission))
        {
            return;
        }

        metrics.Resumed(answer.Owner.RouteId);
        answer.CopyHeadTo(context.Response);

        // An EventSource reads nothing else than streams like this one, and knows no other place than its last id: with none of the last event it would be
        // given that again and again. Other readers count, and get what the upstream has sent.
        var isNumbered = DialectSigns.Of(context) == Dialect.EventSource;
        await reader.ServeAsync(context, admission.Stream!, use, place, isNumbered);

        Task GiveBackAsync(Func<HttpContext, Task> write)
        {
            admission.GiveBack(isSuccess: true);
            return write(context);
        }
    }

    // True for who is not to read it any more, as where its credential was revoked meanwhile: it is refused like a stream that ends before its head has come.
    private static bool IsEnded(HttpContext context, StreamAdmission admission)
    {
        if (admission.Stream is not { Reason: not CloseReason.None and var reason })
        {
            return false;
        }

        context.Features.Set<IForwarderErrorFeature>(
            new ForwardingError(ForwarderError.RequestCanceled, new StreamEndedException(reason, new OperationCanceledException())));
        return true;
    }

    private ValueTask<AnswerUse?> OpenAsync(HttpContext context, AnswerTarget target) =>
        search.OpenAsync(target, context.Features.GetRequiredFeature<RouteFeature>(), context.GetEndpoint()!);

    // RFC 9110, 15.5.20: who asks may ask again by another connection.
    private static Task ElsewhereAsync(HttpContext context, string node)
    {
        context.Response.Headers[NodeField] = node;
        return ProblemAsync(context, StatusCodes.Status421MisdirectedRequest, "Another gateway has this answer");
    }

    // Also what stops an EventSource from asking again (HTML Standard, 9.2.3).
    private static Task NothingAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task ProblemAsync(HttpContext context, int status, string title)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Problem(title: title, statusCode: status).ExecuteAsync(context);
    }
}
