using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Checks.Scripts;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Delivery;

/// <summary>2.3 <c>delivery/size</c> through a proxy, as far as it is too large for a case file.</summary>
internal static class SizeChecks
{
    private const int MiB = 1 << 20;
    private const int WriteBytes = 64 * 1024;

    [Case("2.3.8", Serial = true, Seconds = 30)]
    public static Task<Outcome> Line16MiBAsync(CheckContext check) => PassAsync(check, Line("data: ", 16 * MiB));

    [Case("2.3.9", Serial = true, Seconds = 60)]
    public static async Task<Outcome> Line64MiBAsync(CheckContext check)
    {
        var outcome = await PassAsync(check, Line("data: ", 64 * MiB));
        return Outcome.Informational($"{(outcome.Verdict == Verdict.Ok ? "passed on" : outcome.Actual)}, after {check.Tap.Ms / 1000:0.0} s");
    }

    [Case("2.3.12", Serial = true, Seconds = 30)]
    public static Task<Outcome> Comment16MiBAsync(CheckContext check) => PassAsync(check, Line(":", 16 * MiB));

    private static byte[] Line(string begin, int length)
    {
        var body = new byte[length + "\ndata: next\n\n".Length + (begin == ":" ? 0 : 1)];
        body.AsSpan().Fill((byte)'y');
        Bytes.Of(begin).CopyTo(body, 0);
        Bytes.Of(begin == ":" ? "\ndata: next\n\n" : "\n\ndata: next\n\n").CopyTo(body, length);
        return body;
    }

    private static async Task<Outcome> PassAsync(CheckContext check, byte[] body)
    {
        var run = check.NewRun();
        var reading = new AnswerBeingRead(await check.RequestAsync(check.Pairs[0], "GET", run.Path), check.Cancellation);
        var exchange = await run.NextAsync();
        try
        {
            await exchange.StartStreamAsync(check.Cancellation);
            for (var at = 0; at < body.Length; at += WriteBytes)
            {
                await exchange.SendAsync(body.AsMemory(at, Math.Min(WriteBytes, body.Length - at)), check.Cancellation);
            }

            await exchange.EndAsync(check.Cancellation);
        }
        catch (IOException gone)
        {
            return Outcome.Failed($"the target closed its connection to the origin: {gone.GetBaseException().Message}");
        }

        if (check.Profile.Has("shares"))
        {
            await reading.WaitAsync(answer => answer.Events.Any(read => read.Data == "next"), "the event after the long line");
            var shared = await reading.Answer;
            return BodyJudge.Judge(body, shared, check.Profile);
        }

        var ending = await Patience.ForAsync(token => reading.Ended.WaitAsync(token), "the end of the body", TimeSpan.FromSeconds(20), check.Cancellation);
        return BodyJudge.JudgeEnded(check.Profile, body, await reading.Answer, ending, clean: true);
    }
}
