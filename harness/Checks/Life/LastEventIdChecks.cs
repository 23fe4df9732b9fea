using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Life;

/// <summary>4.4 <c>reconnect/last-event-id</c>, what of it goes through a proxy: the bytes of the request's field, and of the id in the stream.</summary>
internal static class LastEventIdChecks
{
    [Case("4.4.7", Expected = "`Last-Event-ID: \\xE2\\x80\\xA6` at the origin, once")]
    public static Task<Outcome> Utf8Async(CheckContext check) => SendAsync(check, Bytes.Utf8("\u2026"), limitAllowed: false);

    [Case("4.4.8", Expected = "the same bytes at the origin, once")]
    public static Task<Outcome> NotLatin1Async(CheckContext check) => SendAsync(check, Bytes.Utf8("\u00E9-\U0001F600"), limitAllowed: false);

    [Case("4.4.11", Expected = "the same bytes at the origin, once; NS: 400 or 431 for the long one")]
    public static async Task<Outcome> PunctuationAndLengthAsync(CheckContext check) =>
        Outcome.Worst(
        [
            await Part.RunAsync("punctuation", () => SendAsync(check, Bytes.Of("a<b>\"c\",d;e=f"), limitAllowed: false)),
            await Part.RunAsync("255 bytes", () => SendAsync(check, Bytes.Of(new string('a', 255)), limitAllowed: false)),
            await Part.RunAsync("4096 bytes", () => SendAsync(check, Bytes.Of(new string('a', 4096)), limitAllowed: true)),
        ]);

    private static async Task<Outcome> SendAsync(CheckContext check, byte[] id, bool limitAllowed)
    {
        if (check.Profile.Has("shares"))
        {
            return await ReplayAsync(check, id, limitAllowed);
        }

        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path, [$"Last-Event-ID: {Bytes.Text(id)}"]);
        var (exchange, refused) = await FirstOf.AnswerOrRequestAsync(check, run, connection);
        if (exchange is null)
        {
            var text = refused is null ? "closed without an answer" : $"refused with {refused.Status}";
            return limitAllowed && refused?.Status is 400 or 431
                ? Outcome.NonStrict($"{text}, a limit")
                : Outcome.Failed($"{text}; the origin was not asked");
        }

        var values = exchange.Request.Values("Last-Event-ID");
        if (values is not [var value] || value != Bytes.Text(id))
        {
            return Outcome.Failed(
                values.Count == 0
                    ? "the origin got no Last-Event-ID"
                    : $"the origin got {string.Join(" and ", values.Select(got => Bytes.Escape(Bytes.Of(got), 80)))}");
        }

        await exchange.StartStreamAsync(check.Cancellation);
        await exchange.SendAsync((byte[])[.. "id: "u8, .. id, .. "\ndata: a\n\n"u8], check.Cancellation);
        await exchange.EndAsync(check.Cancellation);
        var response = await connection.ReadResponseAsync();
        await response.ReadUntilAsync(() => response.Events.Any(seen => seen.Data == "a"), "the event with the id");
        var got = response.Events.First(seen => seen.Data == "a").Id;
        return Bytes.Utf8(got).AsSpan().SequenceEqual(id)
            ? Outcome.Ok("the same bytes there and back")
            : Outcome.Failed($"the event came with the id {Bytes.Escape(Bytes.Utf8(got))}");
    }

    // A target that shares a stream answers the field itself: it has to know the id again.
    private static async Task<Outcome> ReplayAsync(CheckContext check, byte[] id, bool limitAllowed)
    {
        var run = check.NewRun();
        var (exchange, first) = await check.OpenAsync(run);
        await exchange.SendAsync((byte[])[.. "id: "u8, .. id, .. "\ndata: a\n\nid: next\ndata: b\n\n"u8], check.Cancellation);
        await first.WaitForEventsAsync(2);
        var connection = await check.RequestAsync("GET", run.Path, [$"Last-Event-ID: {Bytes.Text(id)}"]);
        var second = await connection.ReadResponseAsync();
        if (!second.IsEventStream)
        {
            return limitAllowed && second.Status is 400 or 431
                ? Outcome.NonStrict($"refused with {second.Status}, a limit")
                : Outcome.Failed($"refused with {second.Status}");
        }

        await second.ReadUntilAsync(() => second.Events.Any(seen => seen.Data == "b"), "the event after the id, from the shared stream");
        return second.Events.Any(seen => seen.Data == "a")
            ? Outcome.Failed("the event with the id came again: the id was not known")
            : Outcome.Ok("the shared stream went on after the id");
    }
}
