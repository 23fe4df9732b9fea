using SseGateway.Harness.Probe.Visits;

using static SseGateway.Harness.Probe.ProbeText;

namespace SseGateway.Harness.Probe.Findings;

/// <summary>Whether a client gets in, and how soon.</summary>
internal static class OpeningFindings
{
    private const double AtOnceMs = 1000;
    private const double SlowMs = 5000;

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        var visit = result.Main;
        if (visit.End == VisitEnd.NoAnswer)
        {
            yield return Finding.Fail(
                "opening",
                $"connected, but the answer is not HTTP or was cut off: {visit.Problem}",
                "look at the server's log; is the scheme right, http or https?",
                "RFC 9112 8");
            yield break;
        }

        if (visit.HeadMs is not { } head)
        {
            yield return Finding.Fail(
                "opening",
                $"no head within {Seconds(result.Options.Window.TotalMilliseconds)}: `onopen` does not fire, and proxies on the way give up",
                "send the status and the headers at once and flush them, before the first event; switch off response buffering on the way",
                "§9.2.2");
            yield break;
        }

        if (Status(visit) is { } wrong)
        {
            yield return wrong;
        }

        yield return Head(visit, head, result.Options.Url.Scheme == Uri.UriSchemeHttps);
        if (visit.IsEventStream)
        {
            yield return FirstEvent(result, head);
        }
    }

    private static Finding? Status(Visit visit)
    {
        var after = visit.BodyStart is { Length: > 0 } body ? $"; the body starts `{OneLine(body)}`" : "";
        return visit.Status switch
        {
            200 => null,
            204 => Finding.Warn(
                "status",
                "204: tells a client to stop for good and not to come back",
                "right when there is nothing (more) to read; otherwise answer 200",
                "§9.2.2"),
            301 or 302 or 303 or 307 or 308 => Finding.Fail(
                "status",
                $"{visit.Status} to {visit.Header("Location") ?? "nowhere: it has no Location"}; not followed here, since only the given URL is contacted",
                    "probe that URL; give clients the final one, a redirect costs each reconnect a round trip", "Fetch"),
            401 or 403 => Finding.Fail(
                "status",
                $"{visit.Status}: not let in{after}",
                "give the credentials: --header 'Authorization: Bearer ...' or --header 'Cookie: ...'",
                "§9.2.2"),
            429 or 503 => Finding.Fail(
                "status",
                $"{visit.Status}, Retry-After {visit.Header("Retry-After") ?? "missing"}: EventSource stops for good at any status but 200{after}",
                "let clients that read the status wait and come back",
                "§9.2.2"),
            _ => Finding.Fail("status", $"{visit.Status}: EventSource fails for good at any status but 200{after}", "answer 200", "§9.2.2"),
        };
    }

    private static Finding Head(Visit visit, double head, bool secure)
    {
        // The time to connect is the network's; what is the server's comes after.
        var own = head - (visit.SecuredMs ?? 0);
        var tls = secure && visit.SecuredMs - visit.ConnectedMs is { } handshake ? $", TLS {Ms(handshake)}" : "";
        var text = $"head {Ms(own)} after the request (TCP {Ms(visit.ConnectedMs - visit.ConnectingMs ?? 0)}{tls})";
        if (own <= AtOnceMs)
        {
            return Finding.Ok("opening", text);
        }

        var held = visit.FirstByteMs - head is < 50 ? ", together with the first bytes of the body: something holds the head back until then" : "";
        var fix = "send the status and the headers at once and flush them, before the first event";
        return own <= SlowMs ? Finding.Warn("opening", text + held, fix, "§9.2.2") : Finding.Fail("opening", text + held, fix, "§9.2.2");
    }

    private static Finding FirstEvent(ProbeResult result, double head)
    {
        var visit = result.Main;
        if (visit.Events is [var first, ..])
        {
            return Finding.Info("first event", $"{Ms(first.Ms - head)} after the head");
        }

        var watched = Seconds(visit.EndMs - head);
        return visit.Reader.PendingDataLines > 1
            ? Finding.Fail(
                "first event",
                $"{visit.Reader.PendingDataLines} lines of data in {watched}, but no blank line: nothing is dispatched, it all becomes one event",
                "end each event with an empty line: `data: ...\\n\\n`",
                "§9.2.6")
            : visit.Bytes == 0
                ? Finding.Info(
                    "first event",
                    $"not a byte in {watched} after the head: nothing happens here, or it is held back",
                    "watch it longer with --seconds 60, or let something happen",
                    "§9.2.7")
                : Finding.Info(
                    "first event",
                    $"none in {watched} after the head",
                    "watch it longer with --seconds 60, or let something happen");
    }
}
