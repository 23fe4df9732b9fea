using SseGateway.Harness.Client;
using SseGateway.Harness.Client.Frames;
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
        var broken = 0.0;
        async Task SendAsync(OriginExchange exchange)
        {
            foreach (var piece in pieces)
            {
                await exchange.SendAsync(piece, check.Cancellation);
            }

            if (awaited == 0)
            {
                broken = check.Tap.Ms;
                breakOff(exchange);
            }
        }

        // A head that waits for the first byte is not judged here. Only a reset may take it along, so that it is awaited before one at once.
        var answering = await AskAsync(check, run, pair ?? check.Pairs[0]);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(check.Cancellation);
        if (awaited == 0 && pair is null)
        {
            await Task.WhenAny(answering, Task.Delay(Patience.Stretch(TargetAnswer.Soon), check.Cancellation));
        }

        await SendAsync(exchange);
        if (awaited > 0)
        {
            // Who holds the event back may lose it with the stream: that it was to be there before is asked by 7.2.
            var seen = await Task.WhenAny(answering, Task.Delay(Patience.Stretch(TargetAnswer.Soon), check.Cancellation)) == answering
                && await (await answering).HasEventsSoonAsync(awaited);
            events = seen ? events ?? awaited : 0;
            broken = check.Tap.Ms;
            breakOff(exchange);
        }

        var response = await answering;
        return check.Profile.Has("shares") && await HiddenAsync(check, run, response, events ?? awaited) is { } hidden
            ? hidden
            : await SeenAsync(response, broken, events ?? awaited, pieces);
    }

    // Frame by frame over HTTP/2: a client library drops what it has not given out yet when a stream is reset.
    private static async Task<Task<TargetAnswer>> AskAsync(CheckContext check, OriginRun run, ProtocolPair pair)
    {
        if (!pair.ClientIsHttp2)
        {
            return await check.RequestAsync(pair, "GET", run.Path);
        }

        var address = await TargetAddress.ResolveAsync(pair.Url!, check.Cancellation);
        var connection = check.Keep(await FrameConnection.ConnectAsync(address, check.Tap, check.Cancellation));
        return AnswerAsync(await connection.OpenAsync("GET", run.Path, check.FrameFields));

        static async Task<TargetAnswer> AnswerAsync(FrameStream stream) => await stream.ReadResponseAsync();
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
                        : !Bytes.Utf8(string.Concat(pieces)).AsSpan().StartsWith(response.Body) && response.Meaning.Comments == 0
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
        return (data == "a,c" || (data == "c" && events == 0)
            ? Outcome.Ok($"hidden: asked again, events [{data}]") : Outcome.Failed($"hidden, but events [{data}]")) with
        {
            Ending = Ending.Open,
            EndingRight = true,
        };
    }
}
