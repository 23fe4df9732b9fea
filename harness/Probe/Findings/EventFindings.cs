using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>What is in the stream: bytes, fields, ids, rhythm.</summary>
internal static class EventFindings
{
    private static readonly string[] Known = ["data", "event", "id", "retry"];

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        var visit = result.Main;
        return visit.IsEventStream && visit.Bytes > 0 ? [.. Bytes(visit), .. Fields(visit), .. Ids(visit), .. Retry(visit), .. Rhythm(visit)] : [];
    }

    private static IEnumerable<Finding> Bytes(Visit visit)
    {
        var notes = visit.Reader.Notes;
        if (notes.InvalidLines > 0)
        {
            yield return Finding.Fail(
                "encoding",
                $"{Count(notes.InvalidLines, "line is", "lines are")} not UTF-8: readers see U+FFFD there",
                "encode as UTF-8, and never cut text between the bytes of a character",
                "§9.2.6");
        }

        if (notes.StartsWithBom)
        {
            yield return Finding.Info(
                "encoding",
                "starts with a byte order mark: taken off by readers of the standard, not by all",
                "leave it out",
                "§9.2.6");
        }

        if (notes.LinesEndedByCr > 0)
        {
            yield return Finding.Warn(
                "line ends",
                $"{Count(notes.LinesEndedByCr, "line ends", "lines end")} with CR alone: many readers know only LF and CRLF, "
                    + "others wait for the byte after the CR",
                "end lines with \\n",
                "§9.2.5");
        }
        else if (notes.LinesEndedByCrLf > 0)
        {
            yield return Finding.Info(
                "line ends",
                notes.LinesEndedByLf > 0 ? "CRLF and LF mixed" : "CRLF",
                "\\n is enough, and a byte less on each line",
                "§9.2.5");
        }

        if (notes.Oversized > 0)
        {
            yield return Finding.Warn(
                "size",
                $"{Count(notes.Oversized, "line or event is", "lines or events are")} longer than 1 MiB: many clients have lower limits",
                "send less, or a link to it");
        }
    }

    private static IEnumerable<Finding> Fields(Visit visit)
    {
        var notes = visit.Reader.Notes;
        if (notes.UnknownFields.Count > 0)
        {
            var near = notes.UnknownFields.Select(name => (
                name, meant: Known.FirstOrDefault(known => name.Trim().Equals(known, StringComparison.OrdinalIgnoreCase)))).FirstOrDefault(pair =>
                pair.meant is not null);
            var names = string.Join(", ", notes.UnknownFields.Select(name => $"`{OneLine(name)}`"));
            yield return near.meant is not null
                ? Finding.Fail(
                    "fields",
                    $"unknown fields are ignored: {names}; `{OneLine(near.name)}` is not `{near.meant}`: names have no capitals and no spaces",
                    $"`{near.meant}: ...`",
                    "§9.2.6")
                : notes.Events == 0
                    ? Finding.Fail(
                        "fields",
                        $"lines that are no fields, and no event: {names}: this is no event stream, whatever its type says",
                        "`data: ` before each line, and an empty line after each event",
                        "§9.2.6")
                    : Finding.Warn(
                        "fields",
                        $"unknown fields are ignored: {names}",
                        "data, event, id and retry are all there are; the rest belongs into data",
                        "§9.2.6");
        }

        if (notes.BlocksWithoutData > 0)
        {
            yield return Finding.Warn(
                "fields",
                $"{Count(notes.BlocksWithoutData, "block has", "blocks have")} a type but no data: never dispatched",
                "add a line `data:`; an empty one will do",
                "§9.2.6");
        }
    }

    private static IEnumerable<Finding> Ids(Visit visit)
    {
        var notes = visit.Reader.Notes;
        if (notes.IdsWithNul > 0)
        {
            yield return Finding.Warn(
                "ids",
                $"{Count(notes.IdsWithNul, "id has", "ids have")} a NUL in it and is ignored",
                "ids without NUL, CR and LF",
                "§9.2.6");
        }

        if (notes.Events == 0)
        {
            yield break;
        }

        if (notes.EventsWithOwnId == 0)
        {
            yield return Finding.Info(
                "ids",
                "no event has an id: what happens while a client reconnects is lost to it",
                "an `id` on each event, and go on after Last-Event-ID; not needed where each event is the whole state",
                "§9.2.4");
        }
        else if (notes.EventsWithOwnId < notes.Events)
        {
            yield return Finding.Warn(
                "ids",
                $"{notes.Events - notes.EventsWithOwnId} of {notes.Events} events have no id: "
                    + "a client that loses the connection after one gets it again, or loses it",
                "an `id` on each event",
                "§9.2.6");
        }
        else
        {
            var distinct = visit.Events.Select(seen => seen.Event.Id).Distinct().Count();
            yield return distinct < visit.Events.Count
                ? Finding.Warn(
                    "ids",
                    $"{visit.Events.Count} events, but {distinct} different ids: after a reconnect it cannot be told which of the same id was last",
                    "a new id for each event",
                    "§9.2.4")
                : Finding.Ok("ids", $"on each of {notes.Events} events");
        }
    }

    private static IEnumerable<Finding> Retry(Visit visit)
    {
        var notes = visit.Reader.Notes;
        if (notes.InvalidRetry is { } invalid)
        {
            yield return Finding.Warn(
                "retry",
                $"`retry: {OneLine(invalid)}` is ignored: it has to be ASCII digits only",
                "milliseconds, e.g. `retry: 3000`",
                "§9.2.6");
        }

        yield return notes.RetryMs switch
        {
            null => Finding.Info(
                "retry",
                "not set: browsers wait a few seconds before they reconnect",
                "`retry: 3000`, where all clients coming back at once would hurt",
                "§9.2.6"),
            < 500 => Finding.Warn(
                "retry",
                $"{notes.RetryMs} ms: when this server is down, all clients come back many times a second",
                "`retry: 3000`",
                "§9.2.3"),
            > 60_000 => Finding.Warn(
                "retry",
                $"{Seconds(notes.RetryMs.Value)}: after each short break clients stay away that long",
                "`retry: 3000`",
                "§9.2.3"),
            _ => Finding.Ok("retry", $"{notes.RetryMs} ms"),
        };
    }

    private static IEnumerable<Finding> Rhythm(Visit visit)
    {
        var (events, watched) = (visit.Events, visit.EndMs - visit.HeadMs!.Value);
        if (events.Count > 0)
        {
            var types = events.Select(seen => seen.Event.Type).Distinct().Take(6).Select(OneLine).ToArray();
            yield return Finding.Info(
                "events",
                $"{visit.Reader.Notes.Events} in {Seconds(watched)}, types: {string.Join(", ", types)}{(types.Length == 6 ? ", …" : "")}");
            var perWrite = events.GroupBy(seen => seen.Write).Max(write => write.Count());
            yield return Finding.Info(
                "boundaries",
                $"{visit.Reader.Notes.Events} events in {visit.Writes} reads, at most {perWrite} at once, "
                    + $"{visit.WritesInsideBlock} {(visit.WritesInsideBlock == 1 ? "read" : "reads")} ended inside an event; readers must not care");
        }

        if (visit.CommentTimes.Count > 1)
        {
            var gaps = visit.CommentTimes.Zip(visit.CommentTimes.Skip(1), (before, after) => after - before).ToArray();
            var longest = gaps.Max();
            yield return longest > 30_000
                ? Finding.Warn(
                    "heartbeat",
                    $"comments up to {Seconds(longest)} apart: proxies on the way often cut after 30 or 60 s of silence",
                    "a comment line about every 15 s",
                    "§9.2.7")
                : Finding.Ok("heartbeat", $"a comment every {Ms(gaps.Average())} on average");
        }
        else if (visit.LongestSilenceMs > 20_000)
        {
            yield return Finding.Warn(
                "heartbeat",
                $"{Seconds(visit.LongestSilenceMs)} without a byte: proxies on the way cut silent connections after 30 or 60 s, and nobody notices a dead one",
                "a comment line (`:\\n\\n`) about every 15 s",
                "§9.2.7");
        }
        else if (visit.CommentTimes.Count == 0)
        {
            yield return Finding.Info(
                "heartbeat",
                $"no comment in {Seconds(watched)}, longest silence {Ms(visit.LongestSilenceMs)}",
                "a comment line about every 15 s of silence keeps proxies from cutting; see with --seconds 40 whether it comes",
                "§9.2.7");
        }
        else
        {
            yield return Finding.Info("heartbeat", "one comment seen; its interval needs a longer look: --seconds 40");
        }
    }

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
