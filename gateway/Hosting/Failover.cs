using SseGateway.Streams.Telemetry;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Hosting;

/// <summary>
/// Tries the next destination when the chosen one cannot be connected to. Nothing has been sent then, so a POST is safe too; and a 502
/// would end a browser's EventSource for good. Without it the choice by fewest requests would even prefer a dead
/// destination, which never has any.
/// </summary>
/// <remarks>A step of YARP's pipeline, before load balancing: each attempt is balanced among those that have not failed.</remarks>
internal sealed partial class Failover(RequestDelegate next, StreamMetrics metrics, ILogger<Failover> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var left = proxy.AvailableDestinations;
        await next(context);
        while (left.Count > 1 && CouldNotConnect(context) && proxy.ProxiedDestination is { } failed)
        {
            left = left.Where(destination => destination != failed).ToArray();
            metrics.UpstreamRedialled(proxy.Route.Config.RouteId);
            LogNext(logger, proxy.Route.Config.RouteId, proxy.Cluster.Config.ClusterId, failed.DestinationId, Reason(context));
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
            proxy.AvailableDestinations = left;
            await next(context);
        }
    }

    private static bool CouldNotConnect(HttpContext context) =>
        !context.Response.HasStarted
        && !context.RequestAborted.IsCancellationRequested
        && context.Features.Get<IForwarderErrorFeature>() is { } error
        && error switch
        {
            { Error: ForwarderError.Request, Exception: HttpRequestException failure } => failure.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            { Error: ForwarderError.RequestTimedOut, Exception.InnerException: TimeoutException } => true,
            _ => false,
        };

    private static string Reason(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Exception is { } failure ? LogText.Reason(failure) : LogText.None;

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning,
        Message = "Trying another destination than {Destination} of cluster {Cluster}, route {Route}: {Reason}")]
    private static partial void LogNext(ILogger logger, string route, string cluster, string destination, string reason);
}
