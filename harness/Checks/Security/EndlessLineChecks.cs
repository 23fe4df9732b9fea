using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: a line without end.</summary>
internal static class EndlessLineChecks
{
    private const long Line = 256L << 20;
    private const long MostHeld = 64L << 20;

    [Case("11.2.12", Seconds = 120, Serial = true,
        Expected = "a client that does not read holds the upstream back (at most 64 MiB taken), one that reads gets all 256 MiB; "
            + "a declared rewrites may end it at a limit")]
    public static async Task<Outcome> EndlessLineAsync(CheckContext check) =>
        Outcome.Worst(
        [
            await Part.RunAsync("not read", () => NotReadAsync(check)),
            await Part.RunAsync("read", () => ReadAsync(check)),
        ]);

    // What a target takes and nobody reads is in its memory, or in the kernel's buffers.
    private static async Task<Outcome> NotReadAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        var sender = new LineSender(exchange);
        var sending = sender.SendAsync(Line, check.Cancellation);
        var (before, since) = (0L, check.Tap.Ms);
        while (!sending.IsCompleted && check.Tap.Ms - since < 2000)
        {
            await Task.Delay(100, check.Cancellation);
            if (sender.Sent != before)
            {
                (before, since) = (sender.Sent, check.Tap.Ms);
            }
        }

        var taken = sender.Sent;
        var cut = sending.IsCompleted && taken < Line;
        response.Connection.Leave();
        exchange.Cut();
        await sending;
        var text = $"{taken >> 20} MiB taken{(cut ? ", then the upstream was let go" : "")}";
        return taken <= MostHeld ? Outcome.Ok(text) : Outcome.Failed(text);
    }

    private static async Task<Outcome> ReadAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        var sending = new LineSender(exchange).SendAsync(Line, check.Cancellation);
        var buffer = new byte[256 * 1024];
        var got = 0L;
        var ending = Ending.Open;
        while (got < Line)
        {
            var (count, ended) = await Patience.ForAsync(
                token => response.Connection.Reader.ReadBodyAsync(buffer, token), $"byte {got} of the line", null, check.Cancellation);
            if (ended is { } end)
            {
                ending = end;
                break;
            }

            got += count;
        }

        exchange.Cut();
        await sending;
        var text = $"{got >> 20} of {Line >> 20} MiB came{(ending == Ending.Open ? "" : $", then {ending}")}";
        return got >= Line
            ? Outcome.Ok(text)
            : check.Profile.Has("rewrites") || check.Profile.Has("shares")
            ? Outcome.NonStrict($"{text}: a limit")
            : Outcome.Failed(text);
    }
}
