using System.Diagnostics;
using System.Net;
using SseGateway.Harness.Checks.Edge.Cors;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>Streams that take the places of a limit; all of them are left at the end.</summary>
internal sealed class FullTarget(CheckContext edge, LimitSetup limits) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private readonly List<(OriginExchange? Exchange, ClientResponse Response)> _streams = [];

    /// <summary>Takes all places, each as a client of its own.</summary>
    /// <exception cref="NotSeenException">They are not to be had, not even after 5 s in which what went before may have been cleared.</exception>
    public static async Task<FullTarget> FillAsync(CheckContext edge, LimitSetup limits)
    {
        var full = new FullTarget(edge, limits);
        var outcome = await full.OpenAsync(limits.Streams, EdgeRequests.NewAddress);
        if (outcome.Verdict == Verdict.Failed)
        {
            full.Dispose();
            throw new NotSeenException($"the limit's {limits.Streams} streams: {outcome.Actual}");
        }

        return full;
    }

    /// <summary>Opens so many streams; a refused one is tried again, as a place may be about to become free.</summary>
    /// <param name="count">How many.</param>
    /// <param name="address">Whose each is.</param>
    /// <returns>OK when all are open within 1 s, NON-STRICT within 5 s.</returns>
    public async Task<Outcome> OpenAsync(int count, Func<IPAddress> address)
    {
        // Of a server's own stream it takes a moment to see that it is one.
        var looking = edge.IsDirect ? count * EdgeRequests.Moment : TimeSpan.Zero;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var from = address();
            while (await TryOpenAsync(from) is { } refused)
            {
                if (Stopwatch.GetElapsedTime(start) > Late + looking)
                {
                    return Outcome.Failed($"{i} of {count} could be opened in 5 s, then {refused.Status}");
                }

                await Task.Delay(50, edge.Cancellation);
            }
        }

        var took = Stopwatch.GetElapsedTime(start);
        return took <= Soon + looking ? Outcome.Ok() : Outcome.NonStrict($"all {count} were open after {took.TotalSeconds:0.0} s only");
    }

    /// <summary>Opens a stream.</summary>
    /// <returns>Null, or the refusal.</returns>
    public async Task<ClientResponse?> TryOpenAsync(IPAddress from, IReadOnlyList<string>? fields = null)
    {
        var run = edge.StreamingRun();
        var response = await edge.AskAsync(run.Path, fields, from: from);
        if (!await response.IsTheStreamAsync())
        {
            response.Connection.Leave();
            return response;
        }

        _streams.Add((edge.IsDirect ? null : run.Exchanges[0], response));
        return null;
    }

    /// <summary>Every stream gets a further event; of a server's own, every one is still there.</summary>
    /// <exception cref="NotSeenException">One did not, or is not.</exception>
    public async Task LockstepAsync()
    {
        foreach (var (exchange, response) in _streams)
        {
            if (exchange is null)
            {
                if (!await response.StaysAsync())
                {
                    throw new NotSeenException($"a stream that was open before has ended {response.Ending}");
                }

                continue;
            }

            var seen = response.Events.Count;
            await exchange.SendAsync("data: on\n\n", edge.Cancellation);
            await response.WaitForEventsAsync(seen + 1, "the next event of a stream that was open before");
        }
    }

    public void LeaveOne()
    {
        _streams[^1].Response.Connection.Leave();
        _streams.RemoveAt(_streams.Count - 1);
    }

    public void Dispose()
    {
        foreach (var (_, response) in _streams)
        {
            response.Connection.Leave();
        }

        _streams.Clear();
    }

    /// <summary>What a refusal has to be (10.1.1).</summary>
    /// <param name="refusal">The answer.</param>
    /// <param name="cors">Whose fields it has to have, for its first origin; null is not looked at.</param>
    public Outcome Judge(ClientResponse refusal, CorsSetup? cors)
    {
        if (!limits.Statuses.Contains(refusal.Status))
        {
            return Outcome.Failed($"{refusal.Status} instead of {string.Join(" or ", limits.Statuses)}");
        }

        if (!refusal.Head.Has("Retry-After"))
        {
            return Outcome.Failed($"{refusal.Status} without Retry-After");
        }

        return cors is null ? Outcome.Ok() : CorsFields.Readable(refusal, cors.Origins[0], cors);
    }
}
