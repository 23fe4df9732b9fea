using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>Whether the stream stays open, and how it ends if it does not.</summary>
internal static class EndFindings
{
    private const string Topic = "end";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        var visit = result.Main;
        if (!visit.IsEventStream)
        {
            yield break;
        }

        var after = Seconds(visit.EndMs);
        switch (visit.End)
        {
            case VisitEnd.Open:
                yield return Finding.Ok(Topic, $"still open after {after}");
                break;
            case VisitEnd.Enough:
                yield return Finding.Info(Topic, "so much came that it was left before its time");
                break;
            case VisitEnd.Unclean:
                yield return Finding.Fail(
                    Topic,
                    $"cut after {after}: the connection ended before the body did ({OneLine(visit.Problem ?? "")})",
                    "end the body properly (last chunk, END_STREAM); if a proxy's time limit cuts it, raise that and send heartbeats",
                    "RFC 9112 8");
                break;
            case VisitEnd.Clean when visit.Events.Count == 0:
                yield return Finding.Warn(
                    Topic,
                    $"ended by the server after {after} without an event: EventSource comes back again and again",
                    "keep it open; answer 204 to tell clients to stay away",
                    "§9.2.2");
                break;
            case VisitEnd.Clean:
                yield return Finding.Info(
                    Topic,
                    $"ended by the server after {after}, properly: EventSource reconnects after that, "
                        + "and would read it all again if ids do not tell where it was",
                    "if that is the end for good, say so in a last event so that clients close, and answer their reconnects with 204",
                    "§9.2.2");
                break;
        }

        if (visit.End is VisitEnd.Clean or VisitEnd.Unclean && visit.Reader.IsInsideBlock)
        {
            yield return Finding.Warn(
                Topic,
                "the last event has no blank line after it: it is dropped",
                "end each event with an empty line before ending the stream",
                "§9.2.6");
        }
    }
}
