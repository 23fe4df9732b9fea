using System.Diagnostics;
using System.Net;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>10.1.3: however a stream ends, its place comes back.</summary>
internal static class LimitSlotChecks
{
    private const int Cycles = 100;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    [Case("10.1.3", Direct = true, Serial = true, Seconds = 120)]
    public static Task<Outcome> ComesBackAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        var parts = new List<(string, Outcome)>();

        // The first that loses places is told: with them gone, all others would seem to.
        async Task TryAsync(string name, Func<IPAddress, Task<string?>> cycle, IPAddress? client = null)
        {
            if (!parts.Any(part => part.Item2.Verdict == Verdict.Failed))
            {
                parts.Add((name, await CyclesAsync(edge, limits, cycle, client)));
            }
        }

        await TryAsync("client FIN", from => LeaveAsync(edge, from, connection => connection.Leave()));
        await TryAsync("client RST", from => LeaveAsync(edge, from, connection => connection.Reset()));
        if (limits.Http2Url is not null)
        {
            var (there, from) = (await check.AtAsync(limits.Http2Url), EdgeRequests.NewAddress());
            using var http2 = new Http2Client(there.Target, there.Tap, there.Cancellation, from);
            await TryAsync("h2 RST_STREAM", _ => ResetStreamAsync(there, http2), from);
        }

        if (!edge.IsDirect)
        {
            await TryAsync("upstream end", from => UpstreamEndAsync(edge, from));
            await TryAsync("upstream cut before the head", from => UpstreamCutAsync(edge, from));
        }

        await TryAsync("HEAD", from => HeadAsync(edge, from));
        if (limits.DeadUrl is not null)
        {
            var dead = await check.AtAsync(limits.DeadUrl);
            await TryAsync("upstream refused", from => ErrorAsync(dead, from, limits));
        }

        if (limits.DeniedUrl is not null)
        {
            var denied = await check.AtAsync(limits.DeniedUrl, bare: true);
            await TryAsync("401", from => ErrorAsync(denied, from, limits));
        }

        if (check.Profile.Cors is { } cors)
        {
            await TryAsync("preflight", from => PreflightAsync(edge, from, cors));
        }

        return Outcome.Worst(parts) is { Verdict: not Verdict.Ok } worst
            ? worst : Outcome.Ok($"{Cycles} cycles each of {string.Join(", ", parts.Select(part => part.Item1))}");
    });

    // One client's cycles, each after the other; then this client can have all it may, and others the rest.
    private static async Task<Outcome> CyclesAsync(CheckContext edge, LimitSetup limits, Func<IPAddress, Task<string?>> cycle, IPAddress? client)
    {
        var from = client ?? EdgeRequests.NewAddress();
        for (var i = 0; i < Cycles; i++)
        {
            // What the cycle before has left may take a moment to be seen.
            var start = Stopwatch.GetTimestamp();
            while (await cycle(from) is { } refused)
            {
                if (Stopwatch.GetElapsedTime(start) > Late)
                {
                    return Outcome.Failed($"after {i} cycles: {refused}, for 5 s");
                }

                await Task.Delay(50, edge.Cancellation);
            }
        }

        using var full = new FullTarget(edge, limits);
        var own = limits.StreamsPerAddress == 0 ? limits.Streams : Math.Min(limits.Streams, limits.StreamsPerAddress);
        if (await full.OpenAsync(own, () => from) is { Verdict: not Verdict.Ok } wrong)
        {
            return wrong with { Actual = $"of this client's {own} places {wrong.Actual}" };
        }

        return await full.OpenAsync(limits.Streams - own, EdgeRequests.NewAddress) is { Verdict: not Verdict.Ok } others
            ? others with { Actual = $"of the others' {limits.Streams - own} places {others.Actual}" }
            : Outcome.Ok();
    }

    private static async Task<string?> LeaveAsync(CheckContext edge, IPAddress from, Action<ClientConnection> leave)
    {
        using var run = edge.StreamingRun();
        using var response = await edge.AskAsync(run.Path, from: from);
        if (!await response.IsTheStreamAsync())
        {
            return $"refused with {response.Status}";
        }

        leave(response.Connection);
        return null;
    }

    private static async Task<string?> UpstreamEndAsync(CheckContext edge, IPAddress from)
    {
        using var run = edge.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(edge.Cancellation);
            await exchange.SendAsync(EdgeRequests.FirstEvent, edge.Cancellation);
            await exchange.EndAsync(edge.Cancellation);
        };
        using var response = await edge.AskAsync(run.Path, from: from);
        if (!await response.IsTheStreamAsync())
        {
            return $"refused with {response.Status}";
        }

        // A target that keeps streams over the upstream's end is left instead.
        if (edge.Profile.Has("shares"))
        {
            response.Connection.Leave();
            return null;
        }

        await response.ReadToEndAsync();
        return null;
    }

    private static async Task<string?> UpstreamCutAsync(CheckContext edge, IPAddress from)
    {
        using var run = edge.NewRun();
        run.Respond = exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };
        using var response = await edge.AskAsync(run.Path, from: from);
        return run.Exchanges.Count == 0 ? $"refused with {response.Status}" : null;
    }

    private static async Task<string?> HeadAsync(CheckContext edge, IPAddress from)
    {
        using var run = edge.StreamingRun();
        using var response = await edge.AskAsync(run.Path, method: "HEAD", from: from);
        return run.Exchanges.Count == 0 && response.Status is not (200 or 405) ? $"refused with {response.Status}" : null;
    }

    // An error of the target's own, which is not the refusal of a limit.
    private static async Task<string?> ErrorAsync(CheckContext edge, IPAddress from, LimitSetup limits)
    {
        using var run = edge.StreamingRun();
        using var response = await edge.AskAsync(run.Path, from: from);
        return limits.Statuses.Contains(response.Status) && response.Head.Has("Retry-After") ? $"refused with {response.Status}" : null;
    }

    private static async Task<string?> PreflightAsync(CheckContext edge, IPAddress from, CorsSetup cors)
    {
        using var run = edge.StreamingRun();
        using var response = await edge.PreflightAsync(run.Path, cors.Origins[0], from: from);
        return response.Status is 429 or 503 ? $"refused with {response.Status}" : null;
    }

    private static async Task<string?> ResetStreamAsync(CheckContext there, Http2Client http2)
    {
        using var run = there.StreamingRun();

        // Left with its body unread: RST_STREAM.
        using var answer = await http2.SendAsync("GET", run.Path, ["Accept: text/event-stream", .. there.Profile.Fields]);
        var opened = there.IsDirect ? answer.IsEventStream : run.Exchanges.Count > 0;
        return opened ? null : $"refused with {answer.Status}";
    }
}
