using System.Diagnostics;
using System.Net.Sockets;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Running;

/// <summary>Whether the target is still there: a plain stream of one event through it, between cases.</summary>
internal sealed class TargetPulse(TargetAddress target, StreamOrigin origin, TargetProfile profile)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private Beat _first;

    // From the worst to the best.
    private enum Beat
    {
        None,
        Answers,
        Passes,
    }

    /// <summary>How long a target that is started anew may take for it.</summary>
    public TimeSpan ComesBack { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Looks what the target makes of it before anything else is asked: later that is the least.</summary>
    /// <returns>What is wrong where there is no answer at all; else null.</returns>
    public async Task<string?> BeginAsync(CancellationToken cancellation)
    {
        _first = Beat.Answers;
        var lost = await LostAsync(cancellation);
        (_first, _) = lost is null ? await AskAsync(cancellation) : (Beat.None, "");
        return lost;
    }

    /// <summary>Looks again.</summary>
    /// <returns>Null while it is as it was; else what is wrong.</returns>
    public async Task<string?> LostAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var (beat, wrong) = await AskAsync(cancellation);
            if (beat >= _first)
            {
                return null;
            }

            if (Stopwatch.GetElapsedTime(start) > Patience.Stretch(ComesBack))
            {
                return wrong;
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task<(Beat Beat, string Wrong)> AskAsync(CancellationToken cancellation)
    {
        var tap = new WireTap();
        var beat = Beat.None;
        using var run = origin.Begin(tap, cancellation, target.IsServer ? "" : null);
        run.FinishesByItself = true;
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(cancellation);
            await exchange.SendAsync("data: pulse\n\n", cancellation);
            await exchange.EndAsync(cancellation);
        };
        try
        {
            using var connection = await ClientConnection.ConnectAsync(target, tap, cancellation);
            await connection.SendRequestAsync("GET", run.Path, ["Accept: text/event-stream", .. profile.Fields]);
            var response = await connection.ReadResponseAsync(limit: Answer);
            beat = Beat.Answers;
            if (target.IsServer || response.Status is >= 400 and < 500)
            {
                // Who refuses is there.
                return (Beat.Passes, "");
            }

            if (!response.IsEventStream)
            {
                return (beat, $"a plain stream is answered {response.Status}");
            }

            await response.WaitForEventsAsync(1, "the event of a plain stream", Answer);
            return (Beat.Passes, "");
        }
        catch (NotSeenException missing)
        {
            return (beat, missing.Message);
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            return (beat, broken.Message);
        }
    }
}
