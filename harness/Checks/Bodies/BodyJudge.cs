using SseGateway.Harness.Client;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Bodies;

/// <summary>Compares what the client received with what the origin sent (catalogue, section 0.8).</summary>
internal static class BodyJudge
{
    /// <summary>Same bytes are right; the same events in other bytes are so where that is declared, and not strict otherwise; other events are wrong.</summary>
    public static Outcome Judge(ReadOnlySpan<byte> sent, TargetAnswer answer, TargetProfile profile)
    {
        ReadOnlySpan<byte> all = answer.Body;
        var got = profile.Has("shares") && !SameMeaning(StreamMeaning.Of(sent), answer.Meaning) ? WithoutFarewell(sent, all) : all;
        if (sent.SequenceEqual(got))
        {
            return Outcome.Ok($"{got.Length} bytes as sent");
        }

        if (profile.Has("inserts-comments") && sent.SequenceEqual(InsertedComments.TakeOut(sent, got)))
        {
            return Outcome.Ok($"{sent.Length} bytes as sent, and comments between them");
        }

        var meant = StreamMeaning.Of(sent);
        var read = got.Length == all.Length ? answer.Meaning : StreamMeaning.Of(got);
        var difference = Difference(sent, got);
        if (!SameMeaning(meant, read))
        {
            return Outcome.Failed($"{EventDifference(meant, read)}; {difference}");
        }

        return profile.Has("rewrites") ? Outcome.Ok("other bytes, the same events") : Outcome.NonStrict($"the same events, {difference}");
    }

    /// <summary>Reads to the end and judges body and ending. Where clients share a stream the ending is the target's own, and only events are
    /// awaited.</summary>
    /// <param name="check">The case.</param>
    /// <param name="sent">All that the origin sent.</param>
    /// <param name="answer">What is read.</param>
    /// <param name="clean">Whether the origin ended cleanly.</param>
    /// <param name="limit">How long the end may take; null is 5 s.</param>
    public static async Task<Outcome> JudgeToEndAsync(CheckContext check, byte[] sent, TargetAnswer answer, bool clean = true, TimeSpan? limit = null)
    {
        if (check.Profile.Has("shares"))
        {
            var meant = StreamMeaning.Of(sent);
            try
            {
                await answer.ReadUntilAsync(() => SameMeaning(meant, answer.Meaning), "all events", limit ?? TimeSpan.FromSeconds(2));
            }
            catch (NotSeenException)
            {
                // Then it is judged as it is.
            }

            return Judge(sent, answer, check.Profile) with { Ending = answer.Ending ?? Ending.Open };
        }

        return JudgeEnded(check.Profile, sent, answer, await answer.ReadToEndAsync(limit), clean);
    }

    /// <summary>Judges body and ending of an answer that has been read to its end.</summary>
    /// <param name="profile">What the target has declared.</param>
    /// <param name="sent">All that the origin sent.</param>
    /// <param name="answer">What was read.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="clean">Whether the origin ended cleanly.</param>
    public static Outcome JudgeEnded(TargetProfile profile, byte[] sent, TargetAnswer answer, Ending ending, bool clean)
    {
        var right = clean ? ending == Ending.Clean : ending is Ending.Unclean or Ending.Reset;
        var body = Judge(sent, answer, profile);
        if (!right && body.Verdict != Verdict.Failed)
        {
            body = Outcome.Failed(
                ending == Ending.Timeout
                    ? $"the end of the body was not passed on; {body.Actual}"
                    : $"a {(clean ? "clean" : "broken")} end came as {ending.ToString().ToUpperInvariant()}; {body.Actual}");
        }

        return body with { Ending = ending, EndingRight = right };
    }

    /// <summary>Whether a conforming reader makes the same of both.</summary>
    public static bool SameMeaning(StreamMeaning one, StreamMeaning other) =>
        one.Events.SequenceEqual(other.Events) && one.LastEventId == other.LastEventId && one.Retry == other.Retry;

    // Where clients share a stream its end is the target's own: by a last block it may tell each of them when to come back.
    private static ReadOnlySpan<byte> WithoutFarewell(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> got)
    {
        var last = got.LastIndexOf("retry: "u8);
        var isFarewell = last >= 0 && got.EndsWith("\n\n"u8) && (last == 0 || got[last - 1] is (byte)'\n' or (byte)'\r')
            && got[(last + "retry: "u8.Length)..^2].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        return isFarewell && !sent.EndsWith(got[last..]) ? got[..last] : got;
    }

    private static string Difference(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> got)
    {
        var at = sent.CommonPrefixLength(got);
        return $"first difference at byte {at}: sent {Around(sent, at)}, got {Around(got, at)}";
    }

    private static string Around(ReadOnlySpan<byte> bytes, int at)
    {
        if (at >= bytes.Length)
        {
            return $"the end after {bytes.Length} bytes";
        }

        return $"\"{Bytes.Escape(bytes[at..Math.Min(bytes.Length, at + 24)])}\"";
    }

    private static string EventDifference(StreamMeaning meant, StreamMeaning got)
    {
        for (var i = 0; i < Math.Max(meant.Events.Count, got.Events.Count); i++)
        {
            var (one, other) = (meant.Events.ElementAtOrDefault(i), got.Events.ElementAtOrDefault(i));
            if (one != other)
            {
                return $"event {i + 1} is {Show(other)} in place of {Show(one)}";
            }
        }

        return meant.LastEventId != got.LastEventId
            ? $"last event id \"{got.LastEventId}\" in place of \"{meant.LastEventId}\"" : $"retry {got.Retry} in place of {meant.Retry}";
    }

    private static string Show(SseEvent? read) =>
        read is null ? "missing" : $"[{read.Type} \"{Bytes.Escape(Bytes.Utf8(read.Data), 60)}\" #{Bytes.Escape(Bytes.Utf8(read.Id), 40)}]";
}
