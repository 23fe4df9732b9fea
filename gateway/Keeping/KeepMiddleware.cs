using SseGateway.Configuration.Settings;
using SseGateway.Keeping.Reading;
using SseGateway.Keeping.Upstream;
using SseGateway.Sharing.Log;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Life;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Keeping;

/// <summary>
/// Where a POST parts from its client on a route that keeps answers: it goes on to the upstream by itself, and the client becomes the first to read what
/// comes of it.
/// </summary>
internal sealed partial class KeepMiddleware(
    RequestDelegate next, KeptAnswers answers, AnswerReader reader, AnswerEndpoint again, AnswerSearch search, KeepOverflow overflow,
    IServiceScopeFactory scopes, ILogger<KeepMiddleware> logger, IFleetAnswers? fleet = null)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RouteFeature>() is not { RouteId: { } routeId, Settings.Keep: { Enabled: true } keep } route
            || context.Features.Get<StreamAdmission>() is not { } admission)
        {
            return next(context);
        }

        if (HttpMethods.IsPost(context.Request.Method) && !LeavingCancels.Is(context.Request))
        {
            return KeepAsync(context, route, admission);
        }

        return HttpMethods.IsGet(context.Request.Method) && keep.ResumePath?.NameIn(context.Request.Path.Value ?? "") is { } chat
            ? ResumeAsync(context, admission, new ChatName(routeId, admission.Subject, chat))
            : next(context);
    }

    private async Task ResumeAsync(HttpContext context, StreamAdmission admission, ChatName chat) =>
        await again.ResumeAsync(context, admission, await search.FindAsync(chat));

    private async Task KeepAsync(HttpContext context, RouteFeature route, StreamAdmission admission)
    {
        var owner = new AnswerOwner(route.RouteId!, admission.Subject, admission.AddressKey);
        if (answers.TryBegin(owner, route, context.GetEndpoint()!) is not { } answer)
        {
            overflow.Note(route);
            await next(context);
            return;
        }

        using var use = answer.Enter();
        if (route.Settings.Keep.ResumePath is not null)
        {
            context.Request.Body = new NamedBody(context.Request.Body, chat => answers.Name(answer, chat));
        }

        var request = new KeptRequest(context, use, scopes);
        var forwarding = ForwardAsync(request);
        await Task.WhenAny(forwarding, request.Taken);
        if (request.Taken.IsCompleted)
        {
            if (fleet is not null)
            {
                // Before the client has the id, by which it may come to another gateway in the next moment.
                await fleet.TellAsync(answer);
            }

            answer.Log.TryAfter(0, out var beginning);
            await reader.ServeAsync(context, admission.Stream!, use, new LogPlace(0, beginning));
            return;
        }

        // What the steps before this one look at.
        context.Features.Set(request.Context.Features.Get<IForwarderErrorFeature>());
        context.Features.Set(request.Context.Features.Get<IReverseProxyFeature>());
        await forwarding;
    }

    // To the upstream's end, which may be long after the client's.
    private async Task ForwardAsync(KeptRequest request)
    {
        var answer = request.Answer;
        await using (request)
        {
            try
            {
                await next(request.Context);
            }
            catch (Exception fault) when (request.Taken.IsCompleted)
            {
                LogFault(logger, fault, answer.Owner.RouteId);
            }
            finally
            {
                if (!request.Taken.IsCompleted)
                {
                    answers.Remove(answer);
                }
                else if (!answer.IsOver)
                {
                    answer.End(CloseReason.Error);
                }
            }
        }
    }

    [LoggerMessage(EventId = 181, Level = LogLevel.Error, Message = "A kept answer came to its end by a fault of the gateway, route {Route}")]
    private static partial void LogFault(ILogger logger, Exception fault, string route);
}
