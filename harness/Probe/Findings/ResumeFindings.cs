using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>Whether a client that comes back is given what it missed.</summary>
internal static class ResumeFindings
{
    private const string Topic = "resume";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        if (result is not { Resumed: { } resumed, Fresh: { } fresh, ResumedFrom: { } from })
        {
            yield break;
        }

        if (!resumed.IsEventStream)
        {
            yield return resumed.Status == 204
                ? Finding.Info(Topic, $"204 to a reconnect after {OneLine(from)}: clients stay away from then on")
                : Finding.Fail(
                    Topic,
                    $"a reconnect with Last-Event-ID: {OneLine(from)} is answered "
                        + $"{(resumed.Status is { } status ? $"with {status}" : $"not at all ({resumed.Problem ?? "no head in time"})")}: "
                        + "clients stop for good",
                    "answer 200 and go on after that id, or from where there is something", "§9.2.4");
            yield break;
        }

        if (resumed.Header("Sse-Resume") is { } said)
        {
            yield return Finding.Info(Topic, $"Sse-Resume: {OneLine(said)}");
        }

        yield return Judge(result, FirstId(resumed), FirstId(fresh), from);
    }

    private static Finding Judge(ProbeResult result, string? resumed, string? fresh, string from)
    {
        var seen = $"after {OneLine(from)} it goes on with {(resumed is null ? "nothing for 3 s" : OneLine(resumed))}, "
            + $"without an id with {(fresh is null ? "nothing for 3 s" : OneLine(fresh))}";
        const string fix = "go on right after the event that Last-Event-ID names";
        if (resumed is not null && resumed == result.NextId)
        {
            return fresh == resumed
                ? Finding.Info(Topic, $"{seen}: right, but it may be chance", "let more happen, and look again")
                : Finding.Ok(Topic, seen);
        }

        if (resumed == from)
        {
            return Finding.Fail(Topic, $"{seen}: the event that the client has already is sent again", fix, "§9.2.4");
        }

        if (resumed is not null && result.NextId is not null && resumed == fresh)
        {
            return Finding.Warn(
                Topic,
                $"{seen}; {OneLine(result.NextId)} was next: Last-Event-ID is not looked at, what happens while a client reconnects is lost to it",
                fix,
                "§9.2.4");
        }

        return result.NextId is not null && resumed is not null
            ? Finding.Warn(Topic, $"{seen}; {OneLine(result.NextId)} was next", fix, "§9.2.4")
            : Finding.Info(
                Topic,
                $"{seen}: too little happened to tell",
                "let more happen, or watch it longer with --seconds 60",
                "§9.2.4");
    }

    private static string? FirstId(Visit visit) => visit.Events.Select(seen => seen.Event.Id).FirstOrDefault(id => id.Length > 0);
}
