using System.Diagnostics;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Scripts.Expectations;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests;

/// <summary>Runs one variant of a case with a client and judges it.</summary>
internal sealed class ClientCaseRun(CaseScript script, ScriptRun run, IClientUnderTest client, StreamOrigin origin, ClientProfile profile, ClientPace pace,
    WireTap tap)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly Observation _seen = new(script.Id, tap);

    private bool IsRaw => profile.Has(ClientProfile.RawParser);

    /// <summary>What ends this run, with this client.</summary>
    public RunEnd End
    {
        get
        {
            var own = run.Connections[^1].HasOwnEnding;
            var asked = IsRaw ? null : run.Until;
            var reconnects = !IsRaw && run.Expect[0] is { LeastRequests: not null } or { Gaps: not null };
            return asked ?? (!own ? RunEnd.Sentinel : !IsRaw && run.Expect[0].Stops ? RunEnd.Quiet : reconnects ? RunEnd.Request : RunEnd.Noticed);
        }
    }

    /// <returns>What is said of it, and the client's last words where it ended by itself with an error.</returns>
    public async Task<(Outcome Outcome, string? Died)> RunAsync(DeliveryProfile delivery, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var requests = origin.Begin(tap, over.Token);
        var server = new ScriptedServer(script, run, requests, origin.Address, _seen, delivery, profile.Has(ClientProfile.States), over.Token);
        requests.Respond = server.AnswerAsync;
        var session = await client.OpenAsync(new ClientOrder(requests.Token, server.Url, run.App, Types()), _seen.Add, cancellation);
        try
        {
            _ = WatchAsync(session);
            var start = Patience.Stretch(pace.Start);
            if (!await _seen.WaitAsync(() => _seen.HasStarted, start, cancellation))
            {
                throw new ClientSetupException(
                    $"the client has not started: no request and no line within {start.TotalSeconds:0} s (an adapter that has said \"ready\" would have)");
            }

            await WaitForEndAsync(cancellation);
            await LetFinishAsync();
        }
        finally
        {
            await session.DisposeAsync();
            await over.CancelAsync();
        }

        return (new ClientJudge(script, run, End, _seen, profile).Judge(), _seen.Ended is { Length: > 0 } died ? died : null);
    }

    // The client may have all of an answer, and its connection free for another run, before the server is done with it: to cut it then would
    // break what that run asks next.
    private Task LetFinishAsync() =>
        Task.WhenAll(_seen.Answers.Where(answer => answer.EndedMs is not null).Select(answer => answer.Exchange.Finished))
            .WaitAsync(Patience.Stretch(pace.Settle))
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task WatchAsync(IClientSession session)
    {
        if (await Task.WhenAny(session.Started, session.Ended) == session.Started)
        {
            _seen.Start();
        }

        _seen.End(await session.Ended ?? "");
    }

    private async Task WaitForEndAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var all = Patience.Stretch(TimeSpan.FromSeconds(script.Seconds));
        TimeSpan Left() => all - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        switch (End)
        {
            case RunEnd.Sentinel:
                await _seen.WaitAsync(() => _seen.SentinelSeen || Noticed(), Left(), cancellation);
                await WaitForTheRestAsync(Left, cancellation);
                break;
            case RunEnd.Noticed:
                await _seen.WaitAsync(Noticed, Left(), cancellation);
                await _seen.WaitAsync(() => _seen.Ended is not null, Min(Patience.Stretch(pace.Settle), Left()), cancellation);
                break;
            case RunEnd.Request:
                await _seen.WaitAsync(() => Unscripted() || Final(), Left(), cancellation);
                await _seen.WaitAsync(Final, Min(Patience.Stretch(pace.Settle), Left()), cancellation);
                break;
            default:
                await WaitForQuietAsync(Left, cancellation);
                break;
        }
    }

    // What was on its way when the end was noticed: as long as something comes. A service may have a thousand events to tell of, one request each.
    private async Task WaitForTheRestAsync(Func<TimeSpan> left, CancellationToken cancellation)
    {
        for (var before = -1; !_seen.SentinelSeen && _seen.Reports.Count is var now && now > before; before = now)
        {
            await _seen.WaitAsync(() => _seen.SentinelSeen || _seen.Reports.Count > now, Min(Patience.Stretch(Rest), left()), cancellation);
            if (_seen.Reports.Count == now)
            {
                return;
            }
        }
    }

    private async Task WaitForQuietAsync(Func<TimeSpan> left, CancellationToken cancellation)
    {
        await _seen.WaitAsync(() => _seen.Answers.Count >= (run.Expect[0].LeastRequests ?? 1) || Final(), left(), cancellation);
        while (left() > TimeSpan.Zero && _seen.Ended is null)
        {
            var quiet = Patience.Stretch(TimeSpan.FromMilliseconds(run.QuietMs * pace.QuietScale));
            quiet = Unscripted() ? Min(quiet, Patience.Stretch(TimeSpan.FromSeconds(1))) : quiet;
            var answers = _seen.Answers;
            if (answers.Any(answer => answer.EndedMs is null))
            {
                await _seen.WaitAsync(() => _seen.Answers.All(answer => answer.EndedMs is not null) || _seen.Ended is not null, left(), cancellation);
                continue;
            }

            var due = TimeSpan.FromMilliseconds(_seen.LastMs) + quiet - TimeSpan.FromMilliseconds(tap.Ms);
            if (due <= TimeSpan.Zero)
            {
                return;
            }

            await _seen.WaitAsync(() => _seen.Answers.Count > answers.Count || _seen.Ended is not null, Min(due, left()), cancellation);
        }
    }

    // All scripted answers are over, and the client has shown that it knows.
    private bool Noticed()
    {
        var answers = _seen.Answers;
        var over = answers.Count >= run.Connections.Count && answers.Take(run.Connections.Count).All(answer => answer.EndedMs is not null);
        return _seen.Ended is not null || Unscripted()
            || (over && _seen.Reports.Any(
                report => report.Ms >= answers[run.Connections.Count - 1].EndedMs && report.Report.Kind is ReportKind.Error or ReportKind.Closed))
            || Final();
    }

    private bool Unscripted() => _seen.Answers.Any(answer => answer is { Scripted: false, EndedMs: not null });

    private bool Final() => _seen.Ended is not null || _seen.Reports.Any(report => report.Report.IsFinal);

    private string[] Types() =>
        [.. run.Connections.SelectMany(connection => StreamMeaning.Of(connection.Body.AsSpan(0, Math.Min(connection.Body.Length, 4096))).Events).Select(
            one => one.Type).Append("message").Append(Sentinel.Type).Distinct()];

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
