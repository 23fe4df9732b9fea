using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>7.4 <c>proxy/disconnect</c>: an upstream that is not there, or not there any more.</summary>
internal static class UnreachableChecks
{
    private const double LongestSilence = 8;

    [Case("7.4.10", Seconds = 30,
        Expected = "502, 502, 502, 504 with a text that is not text/event-stream, within the configured time; NS: another 5xx")]
    public static async Task<Outcome> NotReachableAsync(CheckContext check)
    {
        var upstreams = check.Profile.Unreachable ?? new UnreachableUpstreams();
        var parts = new List<(string, Outcome)>();
        (string Name, string? At)[] declared = [("refused", upstreams.Refused), ("unknown name", upstreams.UnknownName), ("no TLS", upstreams.NoTls)];
        foreach (var (name, at) in declared)
        {
            if (at is not null)
            {
                parts.Add((name, await AnswerAsync(await check.AtAsync(at), "/nowhere", 502, TimeSpan.FromSeconds(10))));
            }
        }

        if (check.Profile.HeadTimeoutSeconds is <= LongestSilence and { } timeout)
        {
            var run = check.NewRun();
            parts.Add(("no head", await AnswerAsync(check, run.Path, 504, TimeSpan.FromSeconds(timeout + 2))));
        }

        var left = declared.Where(upstream => upstream.At is null).Select(upstream => upstream.Name);
        return parts.Count == 0
            ? Outcome.Skipped("not declared in the profile: unreachable (refused, unknownName, noTls), headTimeoutSeconds (at most 8)")
            : Outcome.Worst(parts) is var outcome && parts.Count == 4
                ? outcome
                : outcome with
                {
                    Actual = $"{outcome.Actual} (not declared: "
                        + $"{string.Join(", ", parts.All(part => part.Item1 != "no head") ? left.Append("headTimeoutSeconds") : left)})",
                };
    }

    [Case("7.4.11")]
    public static async Task<Outcome> NoSecondTryAsync(CheckContext check)
    {
        if (check.Profile.Failover is null)
        {
            return Outcome.Skipped("not declared in the profile: failover, a URL with two upstreams");
        }

        var run = check.NewRun();
        var (exchange, response) = await (await check.AtAsync(check.Profile.Failover)).OpenAsync(run);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1);
        exchange.Cut();
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(3));
        var right = ending is Ending.Unclean or Ending.Reset;
        var text = $"{response.Events.Count} event, {ending}, {run.Exchanges.Count} request(s) at the upstreams";
        if (check.Profile.Has("shares") && ending == Ending.Timeout && run.Exchanges.Count > 1)
        {
            // Its own request for the rest, of which a client sees only what it has not had.
            return Outcome.Ok($"hidden: {text}") with { Ending = Ending.Open, EndingRight = true };
        }

        return (right && run.Exchanges.Count == 1 ? Outcome.Ok(text) : Outcome.Failed(text)) with { Ending = ending, EndingRight = right };
    }

    [Case("7.4.12", Seconds = 150, Serial = true, Expected = "the client's stream is ended within the declared time")]
    public static async Task<Outcome> VanishesAsync(CheckContext check)
    {
        if (check.Profile.Vanish is not { } vanish)
        {
            return Outcome.Skipped("not declared in the profile: vanish, the commands that drop an upstream's packets and end it");
        }

        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1);
        var begun = check.Tap.Ms;
        await ShellCommand.ExecuteAsync(vanish.Drop, check.Cancellation);
        Ending ending;
        try
        {
            ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(Math.Min(vanish.Seconds + 5, 125)));
        }
        finally
        {
            await ShellCommand.ExecuteAsync(vanish.Undo, CancellationToken.None);
        }

        var seconds = (check.Tap.Ms - begun) / 1000;
        var right = ending is Ending.Unclean or Ending.Reset;
        var outcome = ending == Ending.Timeout
            ? Outcome.Failed($"the client's stream is still open after {seconds:0} s")
            : right ? Outcome.Ok($"{ending} after {seconds:0.0} s") : Outcome.NonStrict($"{ending} after {seconds:0.0} s");
        return outcome with { Ending = ending, EndingRight = right };
    }

    private static async Task<Outcome> AnswerAsync(CheckContext check, string path, int expected, TimeSpan limit)
    {
        var begun = check.Tap.Ms;
        var connection = await check.RequestAsync("GET", path);
        var response = await connection.TryReadResponseAsync(limit: limit);
        if (response is null)
        {
            return Outcome.Failed("closed without an answer");
        }

        var text = $"{response.Status} after {check.Tap.Ms - begun:0} ms";
        await response.ReadToEndAsync(TimeSpan.FromSeconds(1));
        var type = response.Head.Combined("Content-Type");
        return type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
            ? response.Status == expected
                ? Outcome.NonStrict($"{text} as text/event-stream") : Outcome.Failed($"{text} as text/event-stream: {Bytes.Escape(response.Body)}")
            : response.Status == expected
                ? Outcome.Ok(text)
                : response.Status >= 500 ? Outcome.NonStrict($"{text}, not {expected}") : Outcome.Failed(text);
    }
}
