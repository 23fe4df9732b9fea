using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>7.4 <c>proxy/disconnect</c>: how an upstream's end comes to the client.</summary>
internal static class UpstreamEndsChecks
{
    [Case("7.4.6", Serial = true, Seconds = 20, Expected = "CLEAN within 200 ms; NS: within 5 s")]
    public static Task<Outcome> EndsCleanlyAsync(CheckContext check) => OverPairsAsync(check, pair => EndCleanlyAsync(check, pair));

    // A FIN comes after all bytes that were sent before it; a RST_STREAM may overtake them, so that the event is awaited before one.
    [Case("7.4.7", Seconds = 20)]
    public static Task<Outcome> CutAsync(CheckContext check) =>
        OverPairsAsync(check, pair => BrokenStream.JudgeAsync(check, ["data: a\n\n"], pair.OriginIsHttp2 ? 1 : 0, exchange => exchange.Cut(), events: 1, pair));

    [Case("7.4.8", Seconds = 20)]
    public static Task<Outcome> ResetInsideAnEventAsync(CheckContext check) =>
        OverPairsAsync(check, pair => BrokenStream.JudgeAsync(check, ["data: a\n\n", "data: b"], 1, exchange => exchange.Reset(), pair: pair));

    // What is before a wrong chunk in the same read may be dropped with it: no clause has it delivered. What has been passed on before must stay.
    [Case("7.4.9",
        Expected = "[\"a\"], then UNCLEAN; nothing of what follows the wrong chunk size. NS: \"a\" lost when sent in one write with it")]
    public static async Task<Outcome> BreaksChunkingAsync(CheckContext check) =>
        check.WithoutProxy
            ? Outcome.Skipped("the target is the origin itself")
            : Outcome.Worst(
            [
                await Part.RunAsync("after the event was seen", () => BreakChunkingAsync(check, inLockstep: true)),
                await Part.RunAsync("at once", () => BreakChunkingAsync(check, inLockstep: false)),
            ]);

    private static async Task<Outcome> OverPairsAsync(CheckContext check, Func<ProtocolPair, Task<Outcome>> judge)
    {
        var parts = new List<(string, Outcome)>();
        foreach (var pair in check.Pairs.Where(pair => pair.Url is not null))
        {
            parts.Add(await Part.RunAsync(pair.Name, () => judge(pair)));
        }

        return check.ToldPairs(parts);
    }

    private static async Task<Outcome> EndCleanlyAsync(CheckContext check, ProtocolPair pair)
    {
        var run = check.NewRun();
        var answering = await check.RequestAsync(pair, "GET", run.Path);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        if (await Task.WhenAny(answering, Task.Delay(Patience.Stretch(TargetAnswer.Soon), check.Cancellation)) == answering)
        {
            await (await answering).HasEventsSoonAsync(1);
        }

        var ended = check.Tap.Ms;
        await exchange.EndAsync(check.Cancellation);
        var response = await answering;
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(check.Profile.Has("shares") ? 2 : 5));
        if (ending == Ending.Timeout && check.Profile.Has("shares"))
        {
            await run.NextAsync("a request again, or the end of the client's stream");
            return Outcome.Ok("hidden: asked again, the client's stream stays open") with { Ending = Ending.Open, EndingRight = true };
        }

        var took = response.LastMs - ended;
        var outcome = ending switch
        {
            Ending.Clean when took <= 200 => Outcome.Ok($"after {took:0} ms"),
            Ending.Clean => Outcome.NonStrict($"after {took:0} ms"),
            Ending.Timeout => Outcome.Failed("the client is not told within 5 s"),
            _ => Outcome.Failed($"{ending} was made of a clean end, after {took:0} ms"),
        };
        return outcome with { Ending = ending, EndingRight = ending == Ending.Clean };
    }

    private static async Task<Outcome> BreakChunkingAsync(CheckContext check, bool inLockstep)
    {
        var run = check.NewRun();
        var (exchange, response) = await check.OpenAsync(run);
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        if (inLockstep)
        {
            await response.WaitForEventsAsync(1);
        }

        await exchange.SendRawAsync(Bytes.Of("zz\r\ndata: b\n\n\r\n"), check.Cancellation);
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(3));
        var data = string.Join(",", response.Events.Where(seen => seen.Type == "message").Select(seen => seen.Data));
        var hidden = ending == Ending.Timeout && check.Profile.Has("shares") && run.Exchanges.Count > 1;
        var right = hidden || ending is Ending.Unclean or Ending.Reset;
        var text = $"events [{data}], {(hidden ? "hidden: asked again" : ending)}";
        var outcome = right && data == "a"
            ? Outcome.Ok(text)
            : right && data.Length == 0 && !inLockstep
            ? Outcome.NonStrict(text)
            : Outcome.Failed(text);
        return outcome with { Ending = hidden ? Ending.Open : ending, EndingRight = right };
    }
}
