using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>Whether the stream is compressed for those who ask, and then comes through at once.</summary>
internal static class CompressionFindings
{
    private const string Topic = "compression";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        if (result.Compressed is not { } visit)
        {
            yield break;
        }

        if (!visit.HasHead)
        {
            yield return Finding.Warn(
                Topic,
                $"a second stream, with Accept-Encoding: gzip, br, was not opened: {visit.Problem ?? "no head in time"}",
                "browsers always send Accept-Encoding; if only one stream is allowed, they cannot have two tabs",
                "RFC 9110 8.4");
            yield break;
        }

        if (visit.ContentHeaders!.ContentEncoding.Count == 0)
        {
            yield return Finding.Ok(Topic, "off, also with Accept-Encoding: gzip, br");
            yield break;
        }

        var encoding = string.Join(", ", visit.ContentHeaders.ContentEncoding);
        if (visit.End == VisitEnd.BadEncoding)
        {
            yield return Finding.Fail(
                Topic,
                $"says {encoding}, but the body is not: {OneLine(visit.Problem!)}",
                "send what Content-Encoding says",
                "RFC 9110 8.4");
        }
        else if (visit.FirstByteMs is { } first)
        {
            yield return Finding.Ok(Topic, $"{encoding}, and flushed: first bytes {Ms(first - visit.HeadMs!.Value)} after the head");
        }
        else
        {
            yield return Held(result.Main, visit, encoding);
        }

        if (visit.Header("Vary")?.Contains("Accept-Encoding", StringComparison.OrdinalIgnoreCase) != true)
        {
            yield return Finding.Info(Topic, $"{encoding} without Vary: Accept-Encoding", "Vary: Accept-Encoding", "RFC 9110 12.5.5");
        }
    }

    // Held is only said where the plain stream gave something in half the time.
    private static Finding Held(Visit main, Visit visit, string encoding)
    {
        var watched = visit.EndMs - visit.HeadMs!.Value;
        var plain = main.FirstByteMs - main.HeadMs;
        return plain is { } ms && ms * 2 < watched
            ? Finding.Fail(
                Topic,
                $"{encoding} without flushing: nothing came out in {Seconds(watched)}, plain it took {Ms(ms)}: browsers see events late or never",
                "flush the compressor after each event, or do not compress text/event-stream",
                "RFC 9110 8.4")
            : Finding.Info(
                Topic,
                $"{encoding}; whether it is flushed cannot be told: nothing came, and plain too little",
                "watch it longer with --seconds 60");
    }
}
