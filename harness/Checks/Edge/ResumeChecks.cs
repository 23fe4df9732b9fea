using System.Globalization;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>4.5 <c>resume</c>: a target that replays what a client has missed.</summary>
internal static class ResumeChecks
{
    [Case("4.5.1", Direct = true, Seconds = 20)]
    public static async Task<Outcome> FromTheMiddleAsync(CheckContext check)
    {
        if (!check.Profile.Has("replay"))
        {
            return Outcome.Skipped("not declared by the target: replay");
        }

        var (edge, replay) = await ReplayAsync(check);
        if (edge.IsDirect)
        {
            return await ServerReplay.JudgeAsync(edge, replay, server => server.FromTheMiddleAsync());
        }

        var (run, exchange) = await PublishAsync(edge, 10);
        var response = await ResumeAsync(edge, run, ["Last-Event-ID: 4"]);
        await MessagesAsync(response, 6, "events 5 to 10, after Last-Event-ID: 4");
        await exchange.SendAsync(Event(11), edge.Cancellation);
        await MessagesAsync(response, 7, "event 11, after those that were replayed");
        return Ids(response) is "5 6 7 8 9 10 11" ? Outcome.Ok() : Outcome.Failed($"got {Ids(response)} instead of 5 to 11");
    }

    [Case("4.5.2", Serial = true, Seconds = 90)]
    public static async Task<Outcome> UnderLoadAsync(CheckContext check)
    {
        if (!check.Profile.Has("replay"))
        {
            return Outcome.Skipped("not declared by the target: replay");
        }

        const int Resumes = 100;
        var (edge, _) = await ReplayAsync(check);
        var (run, exchange) = await PublishAsync(edge, 1);
        var random = new Random(check.Seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(check.Cancellation);
        var publishing = PublishOnAsync(exchange, stop.Token);
        var seen = new List<long>();
        var last = 1L;
        for (var i = 0; i <= Resumes; i++)
        {
            using var response = await ResumeAsync(edge, run, [$"Last-Event-ID: {last}"]);
            await MessagesAsync(response, random.Next(1, 40), $"the next events after {last}");
            foreach (var e in Messages(response))
            {
                last = long.Parse(e.Data, CultureInfo.InvariantCulture);
                seen.Add(last);
            }

            if (random.Next(2) == 0)
            {
                response.Connection.Leave();
            }
            else
            {
                response.Connection.Reset();
            }
        }

        await stop.CancelAsync();
        await publishing;
        for (var i = 0; i < seen.Count; i++)
        {
            if (seen[i] != i + 2)
            {
                return Outcome.Failed($"event {seen[i]} came where {i + 2} was next (seed {check.Seed})");
            }
        }

        return Outcome.Ok($"{seen.Count} events over {Resumes} resumes, each once and in order");
    }

    [Case("4.5.3", Direct = true, Seconds = 20)]
    public static async Task<Outcome> UnknownOrExpiredAsync(CheckContext check)
    {
        if (!check.Profile.Has("replay"))
        {
            return Outcome.Skipped("not declared by the target: replay");
        }

        var (edge, replay) = await ReplayAsync(check);
        if (edge.IsDirect)
        {
            return await ServerReplay.JudgeAsync(edge, replay, server => server.UnknownAsync());
        }

        var parts = new List<(string, Outcome)>();
        var (run, exchange) = await PublishAsync(edge, 10);
        parts.Add(("unknown", await SignalAsync(edge, replay, run, exchange, "nope", 10, 1)));
        if (replay.Kept is { } kept)
        {
            var (longer, source) = await PublishAsync(edge, kept + 20);
            parts.Add(("expired", await SignalAsync(edge, replay, longer, source, "3", kept + 20, 4)));
        }

        return Outcome.Worst(parts) is { Verdict: not Verdict.Ok } worst
            ? worst : Outcome.Ok(string.Join("; ", parts.Select(part => $"{part.Item1}: {part.Item2.Actual}")));
    }

    [Case("4.5.4")]
    public static async Task<Outcome> OfAnotherStreamAsync(CheckContext check)
    {
        if (!check.Profile.Has("replay"))
        {
            return Outcome.Skipped("not declared by the target: replay");
        }

        var (edge, _) = await ReplayAsync(check);
        var (own, exchange) = await PublishAsync(edge, 3);
        var other = edge.NewRun();
        var (foreign, first) = await edge.OpenAsync(other);
        await foreign.SendAsync("id: b1\ndata: theirs 1\n\nid: b2\ndata: theirs 2\n\nid: b3\ndata: theirs 3\n\n", edge.Cancellation);
        await first.WaitForEventsAsync(3);
        var response = await ResumeAsync(edge, own, ["Last-Event-ID: b1"]);
        await exchange.SendAsync(Event(4), edge.Cancellation);
        await response.ReadUntilAsync(() => Messages(response).Any(e => e.Data == "4"), "an event of its own stream, after another stream's id");
        return Messages(response).FirstOrDefault(e => e.Data.StartsWith("theirs", StringComparison.Ordinal)) is { } leak
            ? Outcome.Failed($"an event of the other stream came: {leak.Data}")
            : Outcome.Ok();
    }

    [Case("4.5.5", Direct = true, Seconds = 20)]
    public static async Task<Outcome> InTheQueryAsync(CheckContext check)
    {
        if (!check.Profile.Has("replay"))
        {
            return Outcome.Skipped("not declared by the target: replay");
        }

        var (edge, replay) = await ReplayAsync(check);
        if (replay.Query is null)
        {
            return Outcome.Informational("the profile has no query parameter for last event ids");
        }

        if (edge.IsDirect)
        {
            return await ServerReplay.JudgeAsync(edge, replay, server => server.InTheQueryAsync(replay.Query));
        }

        var alone = await FirstAsync(edge, $"?{replay.Query}=4", []);
        var beside = await FirstAsync(edge, $"?{replay.Query}=4", ["Last-Event-ID: 7"]);
        return Outcome.Informational(
            $"?{replay.Query}=4 alone: on from {alone}; with Last-Event-ID: 7: on from {beside}, "
                + $"so {(beside == "8" ? "the header wins" : beside == "5" ? "the query wins" : "neither counts")}");
    }

    // A target with the capability and nothing declared is taken to do what most do.
    private static async Task<(CheckContext Edge, ReplaySetup Replay)> ReplayAsync(CheckContext check)
    {
        var replay = check.Profile.Replay ?? new ReplaySetup();
        return (await check.AtAsync(replay.Url), replay);
    }

    // One client reads along, so that the target has the events and keeps its upstream.
    private static async Task<(OriginRun Run, OriginExchange Exchange)> PublishAsync(CheckContext edge, int count, string query = "")
    {
        var run = edge.NewRun();
        var connection = await edge.RequestAsync("GET", run.Path + query);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(edge.Cancellation);
        var response = await connection.ReadResponseAsync();
        for (var i = 1; i <= count; i++)
        {
            await exchange.SendAsync(Event(i), edge.Cancellation);
        }

        await MessagesAsync(response, count, $"{count} events at the first client");
        return (run, exchange);
    }

    private static async Task PublishOnAsync(OriginExchange exchange, CancellationToken stop)
    {
        // 200 a second, in bursts of a timer's tick.
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var next = 2;
        try
        {
            while (await ticks.WaitForNextTickAsync(stop))
            {
                for (var i = 0; i < 4; i++)
                {
                    await exchange.SendAsync(Event(next++), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static async Task<ClientResponse> ResumeAsync(CheckContext edge, OriginRun run, string[] fields, string query = "")
    {
        var asked = run.Exchanges.Count;
        var connection = await edge.RequestAsync("GET", run.Path + query, fields);
        try
        {
            var response = await connection.ReadResponseAsync();
            return response.IsEventStream
                ? response : throw new NotSeenException($"a client that resumes got {response.Status} {response.Head.Combined("Content-Type")}");
        }
        catch (NotSeenException missing) when (run.Exchanges.Count > asked)
        {
            throw new NotSeenException($"{missing.Message}; the target asked the upstream again instead of replaying");
        }
    }

    private static async Task<Outcome> SignalAsync(CheckContext edge, ReplaySetup replay, OriginRun run, OriginExchange exchange, string id, int published,
        int missed)
    {
        var response = await ResumeAsync(edge, run, [$"Last-Event-ID: {id}"]);
        var next = published + 1;
        await exchange.SendAsync(Event(next), edge.Cancellation);
        await response.ReadUntilAsync(() => Messages(response).Any(e => e.Data == $"{next}"), "the next event, after an id that is not known");
        if (replay.SignalEvent is { } type && response.Events.FirstOrDefault(e => e.Type == type) is { } signal)
        {
            return Outcome.Ok($"event {type}: {signal.Data}");
        }

        if (replay.SignalHeader?.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value] && response.Head.Members(name).Contains(value))
        {
            return Outcome.Ok($"{name}: {value}");
        }

        var all = Messages(response).Select(e => e.Data).SequenceEqual(Enumerable.Range(missed, next - missed + 1).Select(i => $"{i}"));
        return all
            ? Outcome.Ok(
            "all of it replayed") : Outcome.Failed($"nothing says that {missed} to {published} may be missing; got {Bytes.Escape(response.Body, 120)}");
    }

    private static async Task<string> FirstAsync(CheckContext edge, string query, string[] fields)
    {
        // The query as a part of the URL at the first client too: a target may take it for another stream otherwise.
        var (run, exchange) = await PublishAsync(edge, 10);
        var response = await ResumeAsync(edge, run, fields, query);
        await exchange.SendAsync(Event(11), edge.Cancellation);
        await response.ReadUntilAsync(() => Messages(response).Any(e => e.Data == "11"), "the next event");
        return Messages(response).First().Data;
    }

    private static IEnumerable<Reading.SseEvent> Messages(ClientResponse response) => response.Events.Where(e => e.Type == "message");

    private static Task MessagesAsync(ClientResponse response, int count, string what) =>
        response.ReadUntilAsync(() => Messages(response).Count() >= count, what);

    private static string Ids(ClientResponse response) => string.Join(' ', Messages(response).Select(e => e.Id));

    private static string Event(int number) => $"id: {number}\ndata: {number}\n\n";
}
