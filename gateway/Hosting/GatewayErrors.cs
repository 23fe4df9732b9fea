using System.Reflection;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Http;
using SseGateway.Transport.Upstream;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Hosting;

/// <summary>
/// Gives the gateway's own errors a body: problem details (RFC 9457) that name no address and no exception. An error status that came
/// from an upstream, or from an endpoint of the application that hosts the gateway, is left as it is. What went wrong with an upstream is
/// one line in the log, also when the client has its head already; YARP would print a stack for each request.
/// </summary>
internal sealed partial class GatewayErrors(RequestDelegate next, StreamMetrics metrics, ILogger<GatewayErrors> logger)
{
    private static readonly Assembly Server = typeof(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions).Assembly;

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var error = context.Features.Get<IForwarderErrorFeature>();
        var ended = error?.Exception as StreamEndedException;
        if (error is not null && ended is null && IsTheUpstreams(error.Error) && !IsConnect(error) && !NoFileLeft(error))
        {
            var (route, cluster, destination) = Whereto(context);
            var reason = error.Exception is { } failure ? LogText.Reason(failure) : "none can be chosen";
            LogUpstream(logger, error.Error, route, cluster, destination, LogText.Of(context.Request.Method), LogText.Path(context), reason);
        }
        else if (UpstreamTrouble.AnswerOf(context) is { } answer)
        {
            var (route, cluster, destination) = Whereto(context);
            LogAnswer(logger, answer, route, cluster, destination, LogText.Of(context.Request.Method), LogText.Path(context));
        }

        if (context.Response.HasStarted)
        {
            return;
        }

        var isWrong = HttpProtocol.IsHttp2(context.Request.Protocol) && IsWrong(error?.Exception);
        if (isWrong || context.RequestAborted.IsCancellationRequested || (error is not null && IsReset(context, error)))
        {
            // For the log and the metrics alone: YARP makes 400 or 502 of it, as if the client or the service had been at fault.
            context.Response.StatusCode = isWrong ? StatusCodes.Status400BadRequest : StatusCodes.Status499ClientClosedRequest;
            return;
        }

        if (ended is not null)
        {
            await RefuseAsync(context, ended.Reason);
        }
        else if (error is not null && NoFileLeft(error))
        {
            metrics.Refused(context, context.Features.GetRequiredFeature<RouteFeature>().RouteId!, RefusalReason.OpenFiles);
            await Refusal.WriteAsync(context, RefusalReason.OpenFiles);
        }
        else if (error is not null)
        {
            var (status, title) = Describe(error);
            if (UpstreamTrouble.Is(status))
            {
                await UpstreamTrouble.WriteAsync(context, metrics, status, title, WasAsked(error));
                return;
            }

            // What was taken over from an answer that could not be passed on, e.g. the Upgrade of a 101 that nobody had asked for.
            context.Response.Clear();
            await ErrorAnswer.WriteAsync(context, status, new StreamError("gateway_error", title));
        }
        else if (context.Response.StatusCode >= 400 && context.GetEndpoint() is not RouteEndpoint)
        {
            await Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
        }
    }

    // It was admitted, and ended before it had its head.
    private Task RefuseAsync(HttpContext context, CloseReason ended)
    {
        var reason = ended switch
        {
            CloseReason.Drained => RefusalReason.Draining,
            CloseReason.Evicted => RefusalReason.SubjectStreams,
            _ => RefusalReason.Revoked,
        };
        metrics.Refused(context, context.Features.GetRequiredFeature<RouteFeature>().RouteId!, reason);
        return reason == RefusalReason.Revoked
            ? Refusal.WriteRevokedAsync(context)
            : Refusal.WriteAsync(context, reason, wasAsked: !HttpMethods.IsGet(context.Request.Method));
    }

    private static (int Status, string Title) Describe(IForwarderErrorFeature error) => error.Error switch
    {
        ForwarderError.NoAvailableDestinations => (StatusCodes.Status503ServiceUnavailable, "No upstream is available"),

        // The handler reports a connect timeout as a cancelled request with a TimeoutException inside.
        ForwarderError.RequestTimedOut when error.Exception?.InnerException is TimeoutException =>
            (StatusCodes.Status502BadGateway, "The upstream could not be reached in time"),
        ForwarderError.RequestTimedOut => (StatusCodes.Status504GatewayTimeout, "The upstream did not answer in time"),
        ForwarderError.Request when error.Exception is HeadTimeoutException =>
            (StatusCodes.Status504GatewayTimeout, "The upstream did not answer in time"),
        ForwarderError.RequestCreation when IsConnect(error) => (StatusCodes.Status501NotImplemented, "The gateway opens no tunnels"),
        ForwarderError.RequestBodyClient => (StatusCodes.Status400BadRequest, "The request body could not be read"),
        _ => (StatusCodes.Status502BadGateway, "The upstream could not be reached or gave no valid answer"),
    };

    // One that had the request and broke off, or took too long, may have done the work.
    private static bool WasAsked(IForwarderErrorFeature error) => error.Exception is HeadTimeoutException
        || error is { Error: ForwarderError.Request, Exception: HttpRequestException failure } && failure.HttpRequestError
            is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);

    // The others are about clients that leave, which they do all the time.
    private static bool IsTheUpstreams(ForwarderError error) => error is
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestCreation or ForwarderError.NoAvailableDestinations
        or ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination
        or ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination;

    // Longer or shorter than its content-length says. The server resets the stream for that, as if the client had left, and has an error of its own, whose type
    // nobody else knows, right inside of what the body breaks off with. Where the client has reset it there is none; where its connection is gone, that
    // connection's.
    private static bool IsWrong(Exception? failure) => failure switch
    {
        null => false,
        AggregateException all => all.InnerExceptions.Any(IsWrong),
        IOException { InnerException: not IOException and { } inner } when inner.GetType().Assembly == Server => true,
        _ => IsWrong(failure.InnerException),
    };

    // The client has cut its own body off: over HTTP/2 that is known a moment before the request is aborted. In HTTP/1.1 a chunk may be wrong in this way too.
    private static bool IsReset(HttpContext context, IForwarderErrorFeature error) =>
        HttpProtocol.IsHttp2(context.Request.Protocol) && error is { Error: ForwarderError.RequestBodyClient, Exception: { } failure }
        && (failure is AggregateException all ? all.InnerExceptions : [failure]).Any(cause => cause is IOException and not BadHttpRequestException);

    // What YARP says to CONNECT (RFC 9110 section 9.3.6): any client can send it, and no upstream is to blame.
    private static bool IsConnect(IForwarderErrorFeature error) => error is { Error: ForwarderError.RequestCreation, Exception: NotSupportedException };

    // The budget of open files has its own warning, and no upstream is to blame.
    private static bool NoFileLeft(IForwarderErrorFeature error) => error.Exception?.InnerException is NoFileLeftException;

    // As operators name them; no address. The client of a shared stream has been nowhere itself.
    private static (string Route, string Cluster, string Destination) Whereto(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>();
        var destination = context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.DestinationId;
        return (route?.Config.RouteId ?? LogText.None, route?.Cluster?.ClusterId ?? LogText.None, destination ?? LogText.None);
    }

    // What a client has chosen comes behind what it has not, and what an upstream has chosen comes last.
    [LoggerMessage(EventId = 102, Level = LogLevel.Warning,
        Message = "An upstream failed: {Error}, route {Route}, cluster {Cluster}, destination {Destination}, {Method} {Path}: {Reason}")]
    private static partial void LogUpstream(
        ILogger logger, ForwarderError error, string route, string cluster, string destination, string method, string path, string reason);

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning,
        Message = "An upstream answered {Status}, route {Route}, cluster {Cluster}, destination {Destination}, {Method} {Path}")]
    private static partial void LogAnswer(ILogger logger, int status, string route, string cluster, string destination, string method, string path);
}
