using System.Net;
using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Client;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Framing;

/// <summary>3.3 <c>http/framing</c>: endings that only an origin over HTTP/2 has, through a proxy.</summary>
internal static class Http2OriginChecks
{
    private static readonly (string Name, int Code)[] Codes = [("NO_ERROR", 0), ("CANCEL", 8), ("INTERNAL_ERROR", 2), ("REFUSED_STREAM", 7)];

    [Case("3.3.6", Expected = "[\"a\"], then UNCLEAN or RESET, for each code", Seconds = 30)]
    public static async Task<Outcome> ResetAfterAnEventAsync(CheckContext check)
    {
        if (PairOf(check) is not { } pair)
        {
            return Outcome.Skipped("the target has not declared viaHttp2Origin");
        }

        var parts = new List<(string, Outcome)>();
        foreach (var (name, code) in Codes)
        {
            var (exchange, answer) = await OpenWithEventAsync(check, pair);
            ((Http2Exchange)exchange).Reset(code);
            var ending = await answer.ReadToEndAsync(TimeSpan.FromSeconds(check.Profile.Has("shares") ? 1 : 5));
            var right = ending is Ending.Unclean or Ending.Reset || (ending == Ending.Timeout && check.Profile.Has("shares"));
            var outcome = right && answer.Events.Count == 1 ? Outcome.Ok($"{ending}") : Outcome.Failed($"{answer.Events.Count} events, ending {ending}");
            parts.Add((name, outcome with { Ending = ending, EndingRight = right }));
        }

        return Outcome.Worst(parts);
    }

    [Case("3.3.7", Expected = "all 4 events; the next request on a new connection")]
    public static async Task<Outcome> GoAwayWhileStreamingAsync(CheckContext check)
    {
        if (PairOf(check) is not { } pair)
        {
            return Outcome.Skipped("the target has not declared viaHttp2Origin");
        }

        var (exchange, answer) = await OpenWithEventAsync(check, pair);
        var connection = exchange.Connection;
        ((Http2Exchange)exchange).GoAway();
        await Proxy.Lockstep.EventsAsync(check, exchange, answer, 3);
        await exchange.EndAsync(check.Cancellation);
        var ending = await answer.ReadToEndAsync(TimeSpan.FromSeconds(check.Profile.Has("shares") ? 1 : 5));
        if (ending != Ending.Clean && !check.Profile.Has("shares"))
        {
            return Outcome.Failed($"4 events, but a clean end came as {ending}") with { Ending = ending, EndingRight = false };
        }

        var (next, _) = await OpenWithEventAsync(check, pair);
        return next.Connection == connection
            ? Outcome.Failed("the next request came on the connection that was going away")
            : Outcome.Ok("4 events; the next request on a new connection") with { Ending = ending };
    }

    [Case("2.1.17", Serial = true, Expected = "the same bytes, and a clean end")]
    public static async Task<Outcome> FramesOfAllSizesAsync(CheckContext check)
    {
        if (check.Profile.TenStreams is not { } declared)
        {
            return Outcome.Skipped("not declared in the profile: tenStreams, a URL with an upstream over HTTP/2 of the case's own");
        }

        await using var origin = new FrameOrigin(IPEndPoint.Parse(declared.Origin), NoisyAnswer, check.Tap, check.Cancellation);
        var part = await check.AtAsync(declared.Url);
        var connection = await part.RequestAsync("GET", check.NewRun().Path);
        return await BodyJudge.JudgeToEndAsync(check, ReferenceBody.R1, await connection.ReadResponseAsync());
    }

    /// <summary>R1, each byte in a frame of its own; the half of them is padded, and before every tenth is an empty one.</summary>
    private static IEnumerable<Http2Frame> NoisyAnswer(int stream)
    {
        yield return new Http2Frame(
            Http2FrameType.Headers, stream, FieldBlock.Write([(":status", "200"), ("content-type", "text/event-stream")]), Http2Frame.EndHeaders);
        for (var i = 0; i < ReferenceBody.R1.Length; i++)
        {
            if (i % 10 == 0)
            {
                yield return new Http2Frame(Http2FrameType.Data, stream, []);
            }

            var padding = i % 7;
            yield return i % 2 == 0
                ? new Http2Frame(Http2FrameType.Data, stream, [ReferenceBody.R1[i]])
                : new Http2Frame(Http2FrameType.Data, stream, [(byte)padding, ReferenceBody.R1[i], .. new byte[padding]], Http2Frame.Padded);
        }

        yield return new Http2Frame(Http2FrameType.Data, stream, [], Http2Frame.EndStream);
    }

    private static ProtocolPair? PairOf(CheckContext check) => check.Pairs.FirstOrDefault(pair => pair is { OriginIsHttp2: true, Url: not null });

    private static async Task<(OriginExchange Exchange, TargetAnswer Answer)> OpenWithEventAsync(CheckContext check, ProtocolPair pair)
    {
        var (exchange, answer) = await check.OpenAsync(
            pair,
            async exchange =>
            {
                await exchange.StartStreamAsync(check.Cancellation);
                await exchange.SendAsync("data: a\n\n", check.Cancellation);
            });
        await answer.WaitForEventsAsync(1, "the event while the origin was silent");
        return (exchange, answer);
    }
}
