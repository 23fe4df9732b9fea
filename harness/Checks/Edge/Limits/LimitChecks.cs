using SseGateway.Harness.Checks.Edge.Cors;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge.Limits;

/// <summary>10.1 <c>limit</c>: what counts, and what is refused.</summary>
internal static class LimitChecks
{
    private const double SoonMs = 200;
    private const double LateMs = 1000;
    private const int Racers = 200;

    [Case("10.1.1", Direct = true, Serial = true, Seconds = 20)]
    public static Task<Outcome> OneTooManyAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        using var full = await FullTarget.FillAsync(edge, limits);
        string[] fields = check.Profile.Cors is { } cors ? [$"Origin: {cors.Origins[0]}"] : [];
        var run = edge.StreamingRun();
        var connection = await edge.ConnectAsync(EdgeRequests.NewAddress());
        var start = edge.Tap.Ms;
        await connection.SendRequestAsync("GET", run.Path, ["Accept: text/event-stream", .. edge.Profile.Fields, .. fields]);
        var refusal = await connection.ReadResponseAsync();
        var took = refusal.HeadMs - start;
        if (refusal.IsEventStream && await refusal.IsTheStreamAsync())
        {
            return Outcome.Failed($"stream {limits.Streams + 1} was opened");
        }

        if (full.Judge(refusal, check.Profile.Cors) is { Verdict: not Verdict.Ok } wrong)
        {
            return wrong;
        }

        if (run.Exchanges.Count > 0)
        {
            return Outcome.Failed("refused, but the upstream was asked");
        }

        await full.LockstepAsync();
        var actual = $"{refusal.Status} after {took:0} ms, Retry-After: {refusal.Head.Combined("Retry-After")}";
        return took <= SoonMs ? Outcome.Ok(actual) : took <= LateMs ? Outcome.NonStrict(actual) : Outcome.Failed(actual);
    });

    [Case("10.1.2", Direct = true, Serial = true, Seconds = 20)]
    public static Task<Outcome> PerClientAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        if (limits.StreamsPerAddress == 0)
        {
            return Outcome.Skipped("the profile declares no limit for each client (limits.streamsPerAddress)");
        }

        var (one, other) = (EdgeRequests.NewAddress(), EdgeRequests.NewAddress());
        using var full = new FullTarget(edge, limits);
        var first = await full.OpenAsync(limits.StreamsPerAddress, () => one);
        if (first.Verdict == Verdict.Failed)
        {
            return Outcome.Failed($"streams of one client: {first.Actual}");
        }

        if (await full.TryOpenAsync(one) is not { } refusal)
        {
            return Outcome.Failed($"stream {limits.StreamsPerAddress + 1} of one client was opened");
        }

        var second = await full.OpenAsync(Math.Min(limits.StreamsPerAddress, limits.Streams - limits.StreamsPerAddress), () => other);
        await full.LockstepAsync();
        return Outcome.Worst([($"stream {limits.StreamsPerAddress + 1} of one client", full.Judge(refusal, null)), ("streams of another client", second)]);
    });

    [Case("10.1.4", Direct = true, Serial = true, Seconds = 30)]
    public static Task<Outcome> RaceAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        // What cases before have left has to be cleared first.
        (await FullTarget.FillAsync(edge, limits)).Dispose();
        await WaitUntilEmptyAsync(edge, limits);
        var run = edge.StreamingRun();
        var connections = new List<ClientConnection>();
        for (var i = 0; i < Racers; i++)
        {
            connections.Add(await edge.ConnectAsync(EdgeRequests.NewAddress()));
        }

        // A URL for each: a target that shares streams counts clients all the same.
        var answers = await Task.WhenAll(connections.Select((connection, i) => RaceOneAsync(edge, connection, $"{run.Path}?racer={i}")));
        var opened = answers.Count(answer => answer.Opened);
        var statuses = string.Join(
            ", ", answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key).Select(group => $"{group.Count()} x {group.Key}"));
        if (answers.FirstOrDefault(answer => !answer.Opened && answer.Status != 200 && !limits.Statuses.Contains(answer.Status)) is { Status: > 0 } strange)
        {
            return Outcome.Failed($"{strange.Status} among the refusals: {statuses}");
        }

        return opened == limits.Streams
            ? Outcome.Ok($"{opened} of {Racers}") : Outcome.Failed($"{opened} of {Racers} were opened, not {limits.Streams}: {statuses}");
    });

    [Case("10.1.10", Direct = true, Serial = true, Seconds = 20)]
    public static async Task<Outcome> ConnectRateAsync(CheckContext check)
    {
        if (check.Profile.Limits?.Rate is not { } rate)
        {
            return Outcome.Skipped("the profile declares no limit on the connect rate (limits.rate)");
        }

        var edge = await check.AtAsync(rate.Url);
        var run = edge.StreamingRun();
        var (opened, refused) = (0, new List<ClientResponse>());
        var start = edge.Tap.Ms;
        for (var i = 0; i < rate.PerSecond * 5; i++)
        {
            var response = await edge.AskAsync($"{run.Path}?{i}", from: EdgeRequests.NewAddress());
            if (await response.IsTheStreamAsync())
            {
                opened++;
            }
            else
            {
                refused.Add(response);
            }

            response.Connection.Leave();
        }

        // A second's worth may have been saved up before.
        var most = rate.PerSecond * (2 + ((edge.Tap.Ms - start) / 1000));
        if (opened > most || refused.Count == 0)
        {
            return Outcome.Failed($"{opened} of {rate.PerSecond * 5} at once were opened");
        }

        if (refused.FirstOrDefault(response => !response.Head.Has("Retry-After") || response.Status is not (429 or 503)) is { } wrong)
        {
            return Outcome.Failed($"{wrong.Status}, {CorsFields.Show("Retry-After", wrong.Head.Values("Retry-After"))}");
        }

        // The calm.
        await Task.Delay(1500, edge.Cancellation);
        var later = await edge.AskAsync($"{run.Path}?later", from: EdgeRequests.NewAddress());
        return await later.IsTheStreamAsync()
            ? Outcome.Ok($"{opened} opened, {refused.Count} refused, then open again") : Outcome.Failed($"{later.Status} after a calm of 1.5 s");
    }

    [Case("11.3.3", Direct = true, Serial = true, Seconds = 20)]
    public static Task<Outcome> ForgedAddressAsync(CheckContext check) => LimitCase.RunAsync(check, async (edge, limits) =>
    {
        if (limits.StreamsPerAddress == 0)
        {
            return Outcome.Skipped("the profile declares no limit for each client (limits.streamsPerAddress)");
        }

        var from = EdgeRequests.NewAddress();
        using var full = new FullTarget(edge, limits);
        if (await full.OpenAsync(limits.StreamsPerAddress, () => from) is { Verdict: Verdict.Failed } failed)
        {
            return Outcome.Failed($"streams of one client: {failed.Actual}");
        }

        var parts = new List<(string, Outcome)>();
        foreach (var field in (string[])
            [
                "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 203.0.113.8, 203.0.113.9", "Forwarded: for=203.0.113.10", "X-Real-IP: 203.0.113.11",
                "True-Client-IP: 203.0.113.12", "CF-Connecting-IP: 203.0.113.13", "X-Client-IP: 203.0.113.14",
            ])
        {
            parts.Add((field, await full.TryOpenAsync(from, [field]) is null ? Outcome.Failed($"stream {limits.StreamsPerAddress + 1} of one client was opened")
                : Outcome.Ok()));
        }

        return Outcome.Worst(parts);
    });

    private static async Task<(bool Opened, int Status)> RaceOneAsync(CheckContext edge, ClientConnection connection, string path)
    {
        await connection.SendRequestAsync("GET", path, ["Accept: text/event-stream", .. edge.Profile.Fields]);
        var response = await connection.ReadResponseAsync(limit: TimeSpan.FromSeconds(15));
        return (await response.IsTheStreamAsync(), response.Status);
    }

    // As many as there are places, opened at once without one being refused.
    private static async Task WaitUntilEmptyAsync(CheckContext edge, LimitSetup limits)
    {
        for (var i = 0; i < 20; i++)
        {
            using var full = new FullTarget(edge, limits);
            var refused = false;
            for (var place = 0; place < limits.Streams && !refused; place++)
            {
                refused = await full.TryOpenAsync(EdgeRequests.NewAddress()) is not null;
            }

            full.Dispose();
            await Task.Delay(250, edge.Cancellation);
            if (!refused)
            {
                return;
            }
        }

        throw new NotSeenException($"all {limits.Streams} places free again, 5 s after they were left");
    }
}
