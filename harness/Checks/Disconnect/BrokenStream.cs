using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>
/// An upstream that breaks a stream off: nothing complete may be lost, nothing incomplete completed, and the client has to see that it was
/// no clean end. A target that shares may hide the break by a request of its own; then the rest of it comes on the same stream.
/// </summary>
internal static class BrokenStream
{
    /// <param name="check">The case's.</param>
    /// <param name="pieces">What the origin sends before, each in a write of its own; at most one event is in it, the first.</param>
    /// <param name="awaited">How many events the client must have before the origin breaks off; 0 breaks off at once.</param>
    /// <param name="breakOff">How.</param>
    /// <param name="events">How many events must have come in the end; null is <paramref name="awaited"/>.</param>
    /// <param name="pair">Over which protocols; null is HTTP/1.1 on both sides.</param>
    public static async Task<Outcome> JudgeAsync(
        CheckContext check, IReadOnlyList<string> pieces, int awaited, Action<OriginExchange> breakOff, int? events = null, ProtocolPair? pair = null)
    {
        var run = check.NewRun();
        var (exchange, response) = await check.OpenAsync(pair ?? check.Pairs[0], run: run);
        foreach (var piece in pieces)
        {
            await exchange.SendAsync(piece, check.Cancellation);
        }

        if (awaited > 0)
        {
            await response.WaitForEventsAsync(awaited, $"event {awaited} before the upstream broke off");
        }

        var broken = check.Tap.Ms;
        breakOff(exchange);
        return check.Profile.Has("shares") && await HiddenAsync(check, run, response, events ?? awaited) is { } hidden
            ? hidden
            : await SeenAsync(response, broken, events ?? awaited, pieces);
    }

    private static async Task<Outcome> SeenAsync(TargetAnswer response, double broken, int events, IReadOnlyList<string> pieces)
    {
        var ending = await response.ReadToEndAsync();
        var data = string.Join(",", response.Events.Select(seen => seen.Data));
        var text = $"events [{data}], {ending} after {response.LastMs - broken:0} ms";
        var right = ending is Ending.Unclean or Ending.Reset;
        var outcome = !right
            ? Outcome.Failed(ending == Ending.Clean ? $"a clean end was made of it: {text}" : $"the client was not told: {text}")
            : response.Events.Count > 1 || data is not ("" or "a")
                ? Outcome.Failed($"an event that was not complete: {text}")
                : response.Events.Count < events
                    ? Outcome.Failed($"lost what was complete: {text}")
                    : response.Events.Count == 0
                        ? Outcome.NonStrict($"lost an event that the upstream reset right after it, as TCP allows: {text}")
                        : !Bytes.Utf8(string.Concat(pieces)).AsSpan().StartsWith(response.Body) && response.Reader.Comments.Count == 0
                            ? Outcome.NonStrict($"other bytes than were sent: {text}; {Bytes.Escape(response.Body)}")
                            : Outcome.Ok(text);
        return outcome with { Ending = ending, EndingRight = right };
    }

    // Null when the target ends the stream like any other.
    private static async Task<Outcome?> HiddenAsync(CheckContext check, OriginRun run, TargetAnswer response, int events)
    {
        OriginExchange again;
        try
        {
            again = await run.NextAsync("a request again", TimeSpan.FromSeconds(3));
        }
        catch (NotSeenException)
        {
            return null;
        }

        await again.StartStreamAsync(check.Cancellation);
        await again.SendAsync("data: c\n\n", check.Cancellation);
        await response.ReadUntilAsync(() => response.Events.Any(seen => seen.Data == "c"), "the event after the upstream came back");
        var data = string.Join(",", response.Events.Where(seen => seen.Type == "message").Select(seen => seen.Data));
        return (data == "a,c" || (data == "c" && events == 0) ? Outcome.Ok($"hidden: asked again, events [{data}]") : Outcome.Failed($"hidden, but events [{data}]")) with
        {
            Ending = Ending.Open,
            EndingRight = true,
        };
    }
}
