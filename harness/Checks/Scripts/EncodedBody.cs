using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Checks.Proxy;
using SseGateway.Harness.Client;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks.Scripts;

/// <summary>An answer that the origin has compressed. Whoever stands between may decode it, or encode it anew: the events are what counts.</summary>
internal static class EncodedBody
{
    /// <summary>How many events can be read so far.</summary>
    public static int Events(TargetAnswer answer) => Meaning(answer).Events.Count;

    public static Outcome Judge(SentStream sent, TargetAnswer answer, Ending ending)
    {
        var right = sent.Clean ? ending == Ending.Clean : ending is Ending.Unclean or Ending.Reset;
        var (meant, got) = (StreamMeaning.Of(CompressedBody.Decode(sent.Body, "gzip")), Meaning(answer));
        var text = !answer.Head.Has("Content-Encoding") ? "decoded on the way" : "encoded anew";
        var outcome = !BodyJudge.SameMeaning(meant, got)
            ? Outcome.Failed($"{got.Events.Count} of {meant.Events.Count} events, or others")
            : !right
            ? Outcome.Failed($"a {(sent.Clean ? "clean" : "broken")} end came as {ending.ToString().ToUpperInvariant()}")
            : answer.Body.AsSpan().SequenceEqual(sent.Body)
            ? Outcome.Ok($"{sent.Body.Length} bytes as sent")
            : Outcome.Ok($"{text}, the same {got.Events.Count} events");
        return outcome with { Ending = ending, EndingRight = right };
    }

    private static StreamMeaning Meaning(TargetAnswer answer) =>
        StreamMeaning.Of(CompressedBody.Decode(answer.Body, answer.Head.Combined("Content-Encoding")));
}
