using SseGateway.Streams;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing.Upstream;

/// <summary>Keeps a shared stream's upstream: dials it, and dials again when it is lost, while the clients stay.</summary>
internal sealed partial class UpstreamLoop(IServiceScopeFactory scopes, SharingMetrics metrics, TimeProvider time, ILogger<UpstreamLoop> logger)
{
    /// <summary>Until the stream is closed, or the upstream is given up. Never throws.</summary>
    public async Task RunAsync(SharedStream shared)
    {
        try
        {
            await KeepAsync(shared);
        }
        catch (Exception fault)
        {
            LogFault(logger, fault, shared.Key.RouteId);
            shared.GiveUp();
        }
    }

    private async Task KeepAsync(SharedStream shared)
    {
        var failures = 0;
        TimeSpan? lost = null;
        while (!shared.Closed.IsCancellationRequested)
        {
            var dial = await DialAsync(shared, lost is { } since ? shared.Settings.GiveUpAfter - (shared.Now - since) : null);
            if (!shared.Opening.IsCompleted)
            {
                shared.Refuse(dial);
                return;
            }

            if (shared.Closed.IsCancellationRequested)
            {
                return;
            }

            if (dial.Outcome == DialOutcome.Opened)
            {
                lost = null;
                failures = shared.Feed.Frames > 0 ? 0 : failures + 1;
                LogLost(logger, shared.Key.RouteId, Reason(dial.Error));
            }
            else
            {
                failures++;
                LogFailed(logger, shared.Key.RouteId, failures, Reason(dial));
            }

            lost ??= shared.Now;
            var left = shared.Settings.GiveUpAfter - (shared.Now - lost.Value);
            if (left <= TimeSpan.Zero || dial.Unreadable || dial.Outcome == DialOutcome.NoStream || dial.Answer is { IsFinal: true })
            {
                LogGaveUp(logger, shared.Key.RouteId, shared.Subscribers);
                shared.GiveUp();
                return;
            }

            var delay = Backoff.Delay(failures, shared.Feed.Retry);
            await Task.Delay(delay < left ? delay : left, time, shared.Closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            metrics.Redialled(shared.Key.RouteId);
        }
    }

    // Through the route's whole pipeline, as if a client had asked.
    private async Task<UpstreamDial> DialAsync(SharedStream shared, TimeSpan? limit)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(shared.Closed);
        using var patience = new CancellationTokenSource(limit is { } left && left > TimeSpan.Zero ? left : Timeout.InfiniteTimeSpan, time);
        await using var giveUp = patience.Token.UnsafeRegister(static connection => ((CancellationTokenSource)connection!).Cancel(), connection);
        var dial = new UpstreamDial(shared.Feed, head =>
        {
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            shared.Watch(connection);
            shared.Open(head);
        });
        await using var scope = scopes.CreateAsyncScope();
        var endpoint = shared.Endpoint;
        var context = shared.Request.CreateContext(scope.ServiceProvider, endpoint, shared.Route, dial, shared.Feed.LastEventId, connection.Token);
        try
        {
            await endpoint.RequestDelegate!(context);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(ForwarderError.Request, exception));
        }

        shared.Watch(null);
        dial.Finish(context);
        return dial;
    }

    private static string Reason(UpstreamDial dial) => dial.Answer is { } answer ? $"status {answer.Status}" : Reason(dial.Error);

    private static string Reason(IForwarderErrorFeature? error) => error is null ? "it ended the stream" : error.Exception?.GetBaseException().Message ?? error.Error.ToString();

    [LoggerMessage(EventId = 160, Level = LogLevel.Warning, Message = "The upstream of a shared stream was lost, route {Route}: {Reason}")]
    private static partial void LogLost(ILogger logger, string route, string reason);

    [LoggerMessage(EventId = 161, Level = LogLevel.Warning, Message = "Attempt {Attempt} at the upstream of a shared stream failed, route {Route}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string route, int attempt, string reason);

    [LoggerMessage(EventId = 162, Level = LogLevel.Warning, Message = "The upstream of a shared stream is given up, route {Route}: {Clients} clients are sent away")]
    private static partial void LogGaveUp(ILogger logger, string route, int clients);

    [LoggerMessage(EventId = 163, Level = LogLevel.Error, Message = "A shared stream came to its end by a fault of the gateway, route {Route}")]
    private static partial void LogFault(ILogger logger, Exception fault, string route);
}
