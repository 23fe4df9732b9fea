using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.1 <c>life/idle</c>: a stream in which nothing is said for a while.</summary>
internal static class IdleChecks
{
    [Case("4.1.1", Seconds = 25)]
    public static async Task<Outcome> SilentBeforeTheFirstByteAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        var head = response.HasHead ? $"head after {response.HeadMs - exchange.ArrivedMs:0} ms" : "head held back";
        return await Silence.HoldAsync(check, response, TimeSpan.FromSeconds(8)) is { } cut
            ? cut
            : await Silence.BreakAsync(check, exchange, response, 1, $"{head}, event after 8 s of silence");
    }

    [Case("4.1.2", Seconds = 45)]
    public static Task<Outcome> Idle30SecondsAsync(CheckContext check) => IdleAsync(check, 30);

    [Case("4.1.3", Seconds = 80)]
    public static Task<Outcome> Idle65SecondsAsync(CheckContext check) => IdleAsync(check, 65);

    [Case("4.1.4", Seconds = 140)]
    public static Task<Outcome> Idle120SecondsAsync(CheckContext check) => IdleAsync(check, 120);

    [Case("4.1.5", Seconds = 930)]
    public static async Task<Outcome> Idle15MinutesAsync(CheckContext check)
    {
        var (_, outcome) = await Part.RunAsync("", () => IdleAsync(check, 900));
        return outcome with { Verdict = Verdict.Informational };
    }

    [Case("4.1.6", Seconds = 200, Expected = "no cut; each comment within 1 s; the event after them")]
    public static Task<Outcome> HeartbeatsAsync(CheckContext check) => HeartbeatsAsync(check, 12, TimeSpan.FromSeconds(15));

    [Case("4.1.7", Seconds = 330)]
    public static Task<Outcome> BusyForFiveMinutesAsync(CheckContext check) => BusyAsync(check, 300, TimeSpan.FromSeconds(1));

    // Longer than a quarter of an hour, at which some end every transaction.
    [Case("4.1.15", Seconds = 1000)]
    public static Task<Outcome> BusyForSixteenMinutesAsync(CheckContext check) => BusyAsync(check, 960, TimeSpan.FromSeconds(1));

    [Case("4.1.8", Seconds = 40, Expected = "the stream works; NS: 504 after the declared time")]
    public static Task<Outcome> SlowHeadAsync(CheckContext check) => SlowHeadAsync(check, TimeSpan.FromSeconds(20));

    internal static async Task<Outcome> HeartbeatsAsync(CheckContext check, int count, TimeSpan pause)
    {
        // Comments that are held back, which 7.2 is about, come with the event.
        var isSeen = !check.Profile.Has("shares") && await Lockstep.IsPossibleAsync(check);
        var (exchange, response) = await check.OpenAsync();
        for (var i = 1; i <= count; i++)
        {
            if (await Silence.HoldAsync(check, response, pause) is { } cut)
            {
                return cut;
            }

            var seen = response.Meaning.Comments;
            await exchange.SendAsync(":\n\n", check.Cancellation);
            if (isSeen)
            {
                await response.ReadUntilAsync(() => response.Meaning.Comments > seen, $"comment {i}", TimeSpan.FromSeconds(1));
            }
        }

        return await Silence.BreakAsync(check, exchange, response, 1, $"{count} comments in {Minutes(count * pause)}, then the event");
    }

    internal static async Task<Outcome> BusyAsync(CheckContext check, int count, TimeSpan pause)
    {
        var isPrompt = await Lockstep.IsPossibleAsync(check);
        var (exchange, response) = await check.OpenAsync();
        for (var i = 1; i <= count; i++)
        {
            // One that is a little late does not make the stream longer.
            var next = Task.Delay(pause, check.Cancellation);
            await exchange.SendAsync($"data: {i}\n\n", check.Cancellation);
            if (isPrompt)
            {
                await response.WaitForEventsAsync(i, $"event {i} of {count}, one a second");
            }

            await next;
        }

        if (!isPrompt)
        {
            await exchange.EndAsync(check.Cancellation);
            await response.WaitForEventsAsync(count, $"{count} events, with the end");
        }

        return Outcome.Ok($"{count} events in {Minutes(count * pause)}{(isPrompt ? "" : ", held back to the end")}");
    }

    internal static async Task<Outcome> SlowHeadAsync(CheckContext check, TimeSpan time)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path);
        var exchange = await run.NextAsync();
        var answer = connection.TryReadResponseAsync(limit: time + TimeSpan.FromSeconds(10));
        if (await Task.WhenAny(answer, Task.Delay(time, check.Cancellation)) == answer)
        {
            var early = await answer;
            var text = $"{(early is null ? "closed" : early.Status)} after {(check.Tap.Ms - exchange.ArrivedMs) / 1000:0.0} s without an upstream's head";
            return check.Profile.HeadTimeoutSeconds < time.TotalSeconds && early?.Status == 504
                ? Outcome.NonStrict(text + ", as declared")
                : Outcome.Failed(text);
        }

        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync("data: after\n\n", check.Cancellation);
        if (await Task.WhenAny(answer, Task.Delay(TargetAnswer.Soon, check.Cancellation)) != answer || await answer is not { } prompt
            || !await prompt.HasEventsSoonAsync(1))
        {
            // What is held back, which 7.2 is about, comes with the end.
            await exchange.EndAsync(check.Cancellation);
        }

        var response = await answer ?? throw new NotSeenException("the target closed instead of the late head");
        await response.WaitForEventsAsync(1, "the event after the late head");
        return Outcome.Ok($"head after {time.TotalSeconds:0} s, and an event") with { Ending = Ending.Open, EndingRight = true };
    }

    private static string Minutes(TimeSpan time) => $"{time.TotalMinutes:0} min";

    private static async Task<Outcome> IdleAsync(CheckContext check, int seconds)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.HasEventsSoonAsync(1);
        return await Silence.HoldAsync(check, response, TimeSpan.FromSeconds(seconds)) is { } cut
            ? cut
            : await Silence.BreakAsync(check, exchange, response, 2, $"not cut in {seconds} s of silence");
    }
}
