using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;

namespace SseGateway.Keeping.Reading;

/// <summary>
/// Answers requests for a kept answer: GET reads it on, DELETE stops it. What is somebody else's is as if it were not there.
/// </summary>
internal sealed class AnswerEndpoint(AnswerReader reader, KeepMetrics metrics)
{
    private const string NodeField = "Gateway-Node";

    public Task AnswerAsync(HttpContext context)
    {
        var admission = context.Features.GetRequiredFeature<StreamAdmission>();
        var target = context.Features.Get<AnswerTarget>();
        var isReadOrStopped = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsDelete(context.Request.Method);
        if (target is { Answer: null, Node: { } node } && isReadOrStopped)
        {
            // RFC 9110, 15.5.20: who asks may ask again by another connection.
            admission.GiveBack(isSuccess: false);
            context.Response.Headers[NodeField] = node;
            return ProblemAsync(context, StatusCodes.Status421MisdirectedRequest, "Another gateway has this answer");
        }

        var answer = target?.Answer;
        var own = answer is not null && answer.Owner.Admits(admission.Subject) ? answer : null;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return ReadAsync(context, admission, own);
        }

        admission.GiveBack(isSuccess: false);
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            own?.Stop(CloseReason.ClientClosed);
            return NothingAsync(context);
        }

        context.Response.Headers.Allow = "GET, DELETE";
        return Results.Problem(title: "Kept answers are read with GET and stopped with DELETE", statusCode: StatusCodes.Status405MethodNotAllowed)
            .ExecuteAsync(context);
    }

    /// <summary>Gives somebody the newest answer of a chat as long as it goes on, also when the service thinks about it still. Afterwards it is in the
    /// application's history.</summary>
    /// <param name="context">The request.</param>
    /// <param name="admission">Its place.</param>
    /// <param name="answer">The answer; null when there is none.</param>
    public async Task ResumeAsync(HttpContext context, StreamAdmission admission, KeptAnswer? answer)
    {
        var isRunning = false;
        if (answer is { IsOver: false })
        {
            using var waits = answer.Enter();
            await ((Task)answer.Begun.WaitAsync(context.RequestAborted)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isRunning = answer.Begun is { IsCompletedSuccessfully: true, Result: true } && !answer.IsOver;
        }

        await ReadAsync(context, admission, isRunning ? answer : null);
    }

    private async Task ReadAsync(HttpContext context, StreamAdmission admission, KeptAnswer? answer)
    {
        if (answer is null)
        {
            await GiveBackAsync(NothingAsync);
            return;
        }

        if (!AnswerPlace.IsReadable(context.Request))
        {
            await GiveBackAsync(context => ProblemAsync(
                context, StatusCodes.Status400BadRequest, "after must be how many events of the answer have been read"));
            return;
        }

        var names = context.Features.GetRequiredFeature<RouteFeature>().Settings.CursorNames;
        if (!AnswerPlace.TryFind(context.Request, answer, names, out var cursor))
        {
            await GiveBackAsync(context => ProblemAsync(context, StatusCodes.Status410Gone, "What follows in the answer is not kept"));
            return;
        }

        if (answer.EndedAs == CloseReason.UpstreamEnded && !cursor.HasMore)
        {
            await GiveBackAsync(NothingAsync);
            return;
        }

        if (await admission.AdmitAsync() is not RefusalReason.None and var reason)
        {
            await Refusal.WriteAsync(context, reason);
            return;
        }

        metrics.Resumed(answer.Owner.RouteId);
        answer.CopyHeadTo(context.Response);
        using var use = answer.Enter();
        await reader.ServeAsync(context, admission.Stream!, use, cursor);

        Task GiveBackAsync(Func<HttpContext, Task> write)
        {
            admission.GiveBack(isSuccess: true);
            return write(context);
        }
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
