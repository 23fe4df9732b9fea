using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests;

/// <summary>The server's side of one run: answers each request with its connection of the script, and any further one with 204.</summary>
internal sealed class ScriptedServer(CaseScript script, ScriptRun run, OriginRun requests, IPEndPoint address, Observation seen, DeliveryProfile profile,
    bool reportsOpen, CancellationToken cancellation)
{
    /// <summary>How long a report is waited for before the script goes on.</summary>
    public TimeSpan LockstepLimit { get; init; } = Patience.Stretch(TimeSpan.FromSeconds(2));

    /// <summary>What the client opens.</summary>
    public string Url => $"http://{address}{requests.Path}{run.UrlSuffix}";

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(OriginExchange exchange)
    {
        var scripted = run.Loop ? int.MaxValue : run.Connections.Count;
        var answer = seen.Add(exchange, scripted);
        try
        {
            if (exchange.Request.ContentLength > 0 || exchange.Request.IsChunked)
            {
                (answer.Body, _) = await exchange.ReadBodyToEndAsync(cancellation);
            }

            if (answer.Scripted)
            {
                var index = seen.Answers.ToList().IndexOf(answer) % run.Connections.Count;
                if (run.Connections[index].Steps.Any(step => step.AwaitPeerClose is not null))
                {
                    // Begins to watch now, and not only at that step. No request follows on this connection.
                    _ = exchange.PeerClosed;
                }

                await ScriptPlayer.PlayAsync(script, run.Connections[index], exchange, AckAsync, profile, cancellation, () => seen.Ending(answer), Replace);
            }
            else
            {
                seen.Ending(answer);
                await exchange.AnswerAsync(204, null, default, cancellation);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // The client has left, as it may.
            exchange.Cut();
        }
        finally
        {
            seen.Ending(answer);
        }
    }

    private async Task AckAsync(ScriptStep step, CancellationToken token)
    {
        if (step.AckOpen && reportsOpen && !await seen.WaitAsync(() => seen.Reports.Any(report => report.Report.Kind == ReportKind.Open), LockstepLimit, token))
        {
            seen.Hold($"open was not reported within {LockstepLimit.TotalSeconds:0} s of the head");
        }

        if (step.Ack is { } events && seen.Held is null && !await seen.WaitAsync(() => seen.EventCount >= events, LockstepLimit, token))
        {
            seen.Hold($"event {events} was not reported within {LockstepLimit.TotalSeconds:0} s, before more was sent");
        }
    }

    private string Replace(string field) => field
        .Replace("{path}", requests.Path, StringComparison.Ordinal)
        .Replace("{origin}", $"http://{address}", StringComparison.Ordinal)
        .Replace("{other}", $"http://localhost:{address.Port}", StringComparison.Ordinal);
}
