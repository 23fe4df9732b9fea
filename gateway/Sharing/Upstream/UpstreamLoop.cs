using System.Text;
using SseGateway.Sharing.Answers;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Unshared;
using SseGateway.Streams.Endings;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Sharing.Upstream;

/// <summary>Keeps a shared stream's upstream: dials it, and dials again when it is lost, while the clients stay.</summary>
internal sealed partial class UpstreamLoop(
    IServiceScopeFactory scopes, UnsharedKeys unshared, FinalAnswers answers, SharingMetrics metrics, TimeProvider time, ILogger<UpstreamLoop> logger)
    : IStreamKeeper
{
    // A stream that is ended sooner is one of an upstream that has not much to say: it is asked less and less often.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    public IFrameSink? CreateSink(SharedStream shared) => null;

    public Task RunAsync(SharedStream shared) => RunAsync(shared, new SoleLead(shared, time, shared.Closed), ends: 0);

    /// <summary>Until the lead is over, or the upstream is given up. Never throws.</summary>
    /// <param name="shared">Whose upstream.</param>
    /// <param name="lead">Gives the right to dial it.</param>
    /// <param name="ends">Ends in a row that came soon, before this.</param>
    public async Task RunAsync(SharedStream shared, IUpstreamLead lead, int ends)
    {
        try
        {
            await KeepAsync(shared, lead, ends);
        }
        catch (Exception fault)
        {
            LogFault(logger, fault, shared.Key.RouteId, Path(shared));
            shared.GiveUp();
        }
    }

    private async Task KeepAsync(SharedStream shared, IUpstreamLead lead, int failures)
    {
        TimeSpan? lost = null;
        while (!lead.Over.IsCancellationRequested)
        {
            await lead.ReadyAsync();
            if (lead.Over.IsCancellationRequested)
            {
                return;
            }

            var began = shared.Now;
            var (dial, cursor, asksAgain) = await DialAsync(shared, lead, lost is { } since ? shared.Settings.GiveUpAfter - (began - since) : null);
            if (lead.Over.IsCancellationRequested)
            {
                return;
            }

            if (dial.Outcome == DialOutcome.Failed && asksAgain)
            {
                continue;
            }

            if (dial.Unshareable is { } sign)
            {
                lead.Unshared(sign);
                Unshare(shared, sign);
                return;
            }

            answers.Add(shared.Key, cursor, dial.Answer);
            if (dial.AnsweredAtHead)
            {
                lead.Refused(dial, cursor);
                shared.Close();
                return;
            }

            if (IsForThoseWhoWait(shared, dial))
            {
                lead.Refused(dial, cursor);
                shared.Refuse(dial, cursor);
                return;
            }

            if (dial.Ended)
            {
                failures = shared.Now - began < Quick ? failures + 1 : 0;
                lost = null;
                if (!await lead.EndedAsync(shared.Now + Backoff.AfterEnd(failures, shared.Feed.Retry), failures))
                {
                    return;
                }

                continue;
            }

            if (dial.Outcome == DialOutcome.Opened)
            {
                lost = null;
                failures = shared.Feed.Frames > 0 ? 0 : failures + 1;
                LogLost(logger, shared.Key.RouteId, dial.Cluster, dial.Destination, Path(shared), Reason(dial, shared));
            }
            else
            {
                failures++;
                LogFailed(logger, failures, shared.Key.RouteId, dial.Cluster, dial.Destination, Path(shared), Reason(dial, shared));
            }

            lead.Lost();
            lost ??= shared.Now;
            var left = shared.Settings.GiveUpAfter - (shared.Now - lost.Value);
            if (left <= TimeSpan.Zero || dial.Outcome == DialOutcome.NoStream || dial.Answer is { IsFinal: true })
            {
                LogGaveUp(logger, shared.Key.RouteId, Path(shared), shared.Subscribers);
                lead.GaveUp();
                shared.GiveUp();
                return;
            }

            var delay = Backoff.Delay(failures, shared.Feed.Retry);
            await DelayAsync(lead, delay < left ? delay : left);
            switch (await lead.UntilWantedAsync())
            {
                case null:
                    return;
                case false:
                    // Nobody was kept waiting meanwhile.
                    lost = null;
                    break;
            }

            metrics.Redialled(shared.Key.RouteId);
        }
    }

    // Those who wait go on by themselves; those who are served come back, and do.
    private void Unshare(SharedStream shared, string sign)
    {
        if (unshared.Add(shared.Key, sign))
        {
            LogUnshared(logger, shared.Key.RouteId, Path(shared), UnsharedKeys.While.TotalMinutes, LogText.Of(sign));
        }

        shared.GiveUp(DialOutcome.NoStream);
    }

    private async Task DelayAsync(IUpstreamLead lead, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, lead.Over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Through the route's whole pipeline, as if a client had asked.
    private async Task<(UpstreamDial Dial, byte[] Cursor, bool AsksAgain)> DialAsync(SharedStream shared, IUpstreamLead lead, TimeSpan? limit)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(lead.Over);
        using var patience = new CancellationTokenSource(limit is { } left && left > TimeSpan.Zero ? left : Timeout.InfiniteTimeSpan, time);
        await using var giveUp = patience.Token.UnsafeRegister(static connection => ((CancellationTokenSource)connection!).Cancel(), connection);
        var clients = Array.Empty<byte>();
        var dial = new UpstreamDial(shared.Feed, head =>
        {
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            return shared.Answered(head, connection);
        }, AnsweredAtHead);
        await using var scope = scopes.CreateAsyncScope();
        shared.Dial(connection);
        var endpoint = shared.Endpoint;
        var cursor = shared.Feed.LastEventId;
        clients = Encoding.Latin1.GetBytes(shared.Feed.ClientsLastEventId ?? "");
        var context = shared.Request.CreateContext(scope.ServiceProvider, endpoint, shared.Route, dial, cursor, connection.Token);
        try
        {
            await endpoint.RequestDelegate!(context);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            context.Features.Set<IForwarderErrorFeature>(new ForwardingError(ForwarderError.Request, exception));
        }

        var asksAgain = shared.HungUp();
        dial.Finish(context);
        return (dial, clients, asksAgain);

        bool AnsweredAtHead(UpstreamDial dial)
        {
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            if (!IsForThoseWhoWait(shared, dial))
            {
                return false;
            }

            shared.RefuseAtHead(dial, clients);
            return true;
        }
    }

    // Whoever finds a log to be served from goes on to wait for the upstream, if it may come back.
    private static bool IsForThoseWhoWait(SharedStream shared, UpstreamDial dial) =>
        !shared.Run.Opening.IsCompleted
        && !((dial.Outcome == DialOutcome.Failed || dial.Answer is { IsFinal: false }) && shared.OpenWithoutUpstream());

    private static string Path(SharedStream shared) => LogText.Of(shared.Request.RawPath);

    // What is cancelled here is so by the loop itself: a stream that was silent for too long, a dial that clients cannot wait for any longer.
    private static string Reason(UpstreamDial dial, SharedStream shared) => dial switch
    {
        { Answer: { } answer } => $"status {answer.Status}",
        { Error: null } => "it ended the stream",
        { Error.Exception: OperationCanceledException, Outcome: DialOutcome.Opened } =>
            $"nothing came for {shared.Route.Settings.Timeouts.Idle.TotalSeconds} s",
        { Error.Exception: OperationCanceledException and not { InnerException: TimeoutException } } => "no response head while clients could wait for it",
        { Error.Exception: { } failure } => LogText.Reason(failure),
        _ => dial.Error.Error.ToString(),
    };

    [LoggerMessage(EventId = 160, Level = LogLevel.Warning,
        Message = "The upstream of a shared stream was lost, route {Route}, cluster {Cluster}, destination {Destination}, path {Path}: {Reason}")]
    private static partial void LogLost(ILogger logger, string route, string cluster, string destination, string path, string reason);

    [LoggerMessage(EventId = 161, Level = LogLevel.Warning,
        Message = "Attempt {Attempt} at the upstream of a shared stream failed, route {Route}, cluster {Cluster}, destination {Destination}, "
            + "path {Path}: {Reason}")]
    private static partial void LogFailed(ILogger logger, int attempt, string route, string cluster, string destination, string path, string reason);

    [LoggerMessage(EventId = 162, Level = LogLevel.Warning,
        Message = "The upstream of a shared stream is given up, route {Route}, path {Path}: {Clients} clients are sent away")]
    private static partial void LogGaveUp(ILogger logger, string route, string path, int clients);

    [LoggerMessage(EventId = 164, Level = LogLevel.Warning,
        Message = "A stream of route {Route}, path {Path}, cannot be shared and is relayed to each client for {Minutes} minutes: the upstream has sent {Sign}")]
    private static partial void LogUnshared(ILogger logger, string route, string path, double minutes, string sign);

    [LoggerMessage(EventId = 163, Level = LogLevel.Error, Message = "A shared stream came to its end by a fault of the gateway, route {Route}, path {Path}")]
    private static partial void LogFault(ILogger logger, Exception fault, string route, string path);
}
