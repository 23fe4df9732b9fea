using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Scripts.Expectations;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>Compares what was seen of a run with its acceptable outcomes.</summary>
internal sealed class ClientJudge(CaseScript script, ScriptRun run, RunEnd end, Observation seen, ClientProfile profile)
{
    private const double BurstMs = 150;
    private const double ClockMs = 5;
    private const string AsExpected = "as expected";

    private bool IsRaw => profile.Has(ClientProfile.RawParser);

    /// <summary>The first outcome that fits says the verdict; if none does, what is wrong by each.</summary>
    public Outcome Judge()
    {
        var wrong = new List<string>();
        foreach (var acceptance in run.Expect)
        {
            var (mismatch, remark) = Compare(acceptance);
            if (mismatch is null)
            {
                var verdict = remark is null || acceptance.Verdict != Verdict.Ok ? acceptance.Verdict : Verdict.NonStrict;
                return WithEnding(Of(verdict, remark ?? acceptance.Says ?? AsExpected));
            }

            wrong.Add(mismatch);
        }

        return WithEnding(Of(Verdict.Failed, string.Join("; or: ", wrong.Distinct())));
    }

    // RFC 9112, section 8: an answer that is cut is incomplete. Of the first answer, where the client tells one from the other.
    private Outcome WithEnding(Outcome outcome)
    {
        var told = seen.Reports.FirstOrDefault(report => report.Report.Ending is not null).Report?.Ending;
        var first = run.Connections[0];
        if (told is not ("clean" or "unclean") || first.Framing is Transport.H1x or Transport.H10
            || !first.Steps.Any(step => step.End || step.Cut || step.Reset))
        {
            return outcome;
        }

        var right = (told == "clean") == first.Steps.Any(step => step.End);
        outcome = right || outcome.Verdict == Verdict.Failed
            ? outcome
            : Outcome.Failed($"{(told == "clean" ? "a broken end was taken for a clean one" : "a clean end was taken for a broken one")}; {outcome.Actual}");
        return outcome with { Ending = told == "clean" ? Ending.Clean : Ending.Unclean, EndingRight = right };
    }

    private Outcome Of(Verdict verdict, string actual)
    {
        var told = SeenText.Of(script.Tells, seen);
        var text = told.Length == 0 ? actual : actual == AsExpected ? told : $"{actual}; {told}";
        return new Outcome(script.Row.Level == Level.Informational ? Verdict.Informational : verdict, text);
    }

    private (string? Mismatch, string? Remark) Compare(Acceptance acceptance)
    {
        if (seen.Held is { } held && !acceptance.MayHold)
        {
            return (held, null);
        }

        var (events, remark) = acceptance.AnyEvents ? (null, null) : CompareEvents(acceptance);
        return (events
            ?? (end == RunEnd.Sentinel && !seen.SentinelSeen && (acceptance.Verdict == Verdict.Ok || acceptance.Events is not [])
                ? "the event that ends the case was not reported" + How() : null)
            ?? CompareReported(acceptance)
            ?? CompareOrigin()
            ?? (IsRaw ? null : RequestJudge.Compare(acceptance, run, end, seen, profile) ?? CompareLife(acceptance)), remark ?? QueryRemark());
    }

    // HTML Standard, 9.2.6: the origin of the event stream's final URL. Where it is reported.
    private string? CompareOrigin()
    {
        var origin = seen.Answers.LastOrDefault(answer => answer.Scripted)?.Exchange.Request.Combined("Host");
        return seen.Reports.Select(report => report.Report.Origin).FirstOrDefault(got => got is not null && got != $"http://{origin}") is { } wrong
            ? $"origin {Quote(wrong)} of an event, not \"http://{origin}\"" : null;
    }

    // The standard has a field for it: who has declared the query is judged by that, and told.
    private string? QueryRemark() =>
        profile.LastEventIdQuery is { } name && seen.Answers.Any(answer => LastIdQuery.In(answer.Exchange.Request, name) is not null)
        ? $"the last event id is in the query ({name})" : null;

    private (string? Mismatch, string? Remark) CompareEvents(Acceptance acceptance)
    {
        IReadOnlyList<SseEvent> expected = acceptance.Events is { } events
            ? [.. events.Select(one => new SseEvent(one.Type, one.Data, one.Id))]
            : [.. run.Connections.Take(Math.Max(1, seen.Answers.Count)).SelectMany(connection => StreamMeaning.Of(connection.Body).Events)];
        var reported = seen.Reports.Where(report => report.Report.Kind == ReportKind.Event).Select(report => report.Report).ToArray();
        string? remark = null;
        for (var i = 0; i < Math.Min(expected.Count, reported.Length); i++)
        {
            if (!reported[i].Is(expected[i]))
            {
                return ($"event {i + 1}: {Show(reported[i])}, not {Show(expected[i])}", null);
            }

            if ((reported[i].Id ?? "") != expected[i].Id)
            {
                if (reported[i].Id is not null && !(profile.Has(ClientProfile.EventIdsOnly) && reported[i].Id is ""))
                {
                    return ($"event {i + 1}: id {Quote(reported[i].Id!)}, not {Quote(expected[i].Id)}", null);
                }

                remark = reported[i].Id is null ? "ids are not reported" : "the id is reported for the event only that has it";
            }
        }

        return (reported.Length, expected.Count) switch
        {
            var (got, due) when got < due => ($"{got} of {due} events{(due - got == 1 ? $", without {Show(expected[got])}" : "")}{How()}", null),
            var (got, due) when got > due => ($"{got} events, not {due}: {Show(reported[due])} too many", null),
            _ => (null, remark),
        };
    }

    private string? CompareReported(Acceptance acceptance)
    {
        var retry = seen.Reports.LastOrDefault(report => report.Report.Retry is not null).Report?.Retry;
        if (acceptance.Retry is { } expected && retry is not null && retry != expected)
        {
            return $"retry {retry} ms, not {expected}";
        }

        var lastId = seen.Reports.LastOrDefault(report => report.Report.LastEventId is not null).Report?.LastEventId;
        return acceptance.LastEventId is { } id && lastId is not null && lastId != id ? $"last event id {Quote(lastId)} at the end, not {Quote(id)}" : null;
    }

    private string? CompareLife(Acceptance acceptance)
    {
        if (Gaps(acceptance) is { } gaps)
        {
            return gaps;
        }

        if (acceptance.PeerClosesWithinMs is { } limit && ClosedAfter() is var after && !(after <= limit * Patience.Times))
        {
            return after is null ? "the connection was not closed" : $"the connection was closed {after:0} ms after the application's close";
        }

        if (!profile.Has(ClientProfile.States))
        {
            return null;
        }

        if (acceptance.Error && !seen.Reports.Any(report => report.Report.Kind is ReportKind.Error))
        {
            return "no error was reported";
        }

        if (acceptance.ErrorStatus is { } status && seen.Reports.FirstOrDefault(report => report.Report.Status is not null).Report?.Status is { } got
            && got != status)
        {
            return $"the error has status {got}, not {status}";
        }

        if (acceptance.Stops && !seen.Reports.Any(report => report.Report.IsFinal))
        {
            return "it was not reported closed";
        }

        return acceptance.Reports is { } reports ? CompareReports(reports) : null;
    }

    private string? CompareReports(IReadOnlyList<string> expected)
    {
        var got = seen.Reports.Select(report => report.Report).Where(report => report.Kind is ReportKind.Event or ReportKind.Open or ReportKind.Error)
            .Select(report => report.Kind switch
            {
                ReportKind.Event => $"\"{report.Data}\"",
                ReportKind.Open => "open",
                _ => $"error {report.State}",
            }).ToArray();
        return got.Take(expected.Count).SequenceEqual(expected) && (got.Length == expected.Count || end != RunEnd.Quiet)
            ? null : $"{string.Join(", ", got)}; not {string.Join(", ", expected)}";
    }

    private string? Gaps(Acceptance acceptance)
    {
        var answers = seen.Answers;
        for (var i = 0; i + 1 < answers.Count && i < (acceptance.Gaps?.Count ?? 0); i++)
        {
            var gap = answers[i + 1].Exchange.ArrivedMs - (answers[i].EndedMs ?? answers[i].Exchange.ArrivedMs);
            if (acceptance.Gaps![i] is { } expected && (gap < expected.Least - ClockMs || gap > expected.Most * Patience.Times))
            {
                return $"request {i + 2} came {gap:0} ms after the end of the answer before, not {expected.Least} to {expected.Most}";
            }
        }

        if (acceptance.MostBurst is { } most)
        {
            var (burst, worst) = (1, 1);
            for (var i = 1; i < answers.Count; i++)
            {
                burst = answers[i].Exchange.ArrivedMs - (answers[i - 1].EndedMs ?? 0) < BurstMs ? burst + 1 : 1;
                worst = Math.Max(worst, burst);
            }

            return worst > most ? $"{worst} requests without a pause, not at most {most}" : null;
        }

        return null;
    }

    // From the application's close, which it reports, or its last event.
    private double? ClosedAfter()
    {
        var closed = seen.Reports.Where(report => report.Report.Kind is ReportKind.Closed or ReportKind.Event).Select(report => report.Ms).LastOrDefault();
        return seen.Answers is [{ Exchange.PeerClosed: { IsCompletedSuccessfully: true } peer }, ..] ? Math.Max(0, peer.Result.Ms - closed) : null;
    }

    private string How()
    {
        var error = seen.Reports.LastOrDefault(report => report.Report.Kind == ReportKind.Error).Report;
        string[] remarks =
        [
            .. seen.Answers.Count == 0 ? ["no request came"] : Array.Empty<string>(),
            .. error is not null ? [$"error: {OneLine(error)}"] : Array.Empty<string>(),
            .. seen.Ended is { Length: > 0 } ended ? [ended] : Array.Empty<string>(),
        ];
        return remarks.Length == 0 ? "" : $" ({string.Join("; ", remarks)})";
    }

    private static string OneLine(ClientReport error) => $"{error.State} {error.Status} {error.Text}".Trim();

    private static string Show(ClientReport report) => Show(report.Type, report.Data is { } data ? Quote(data) : $"{report.DataLength} bytes", report.Id ?? "");

    private static string Show(SseEvent one) => Show(one.Type, Quote(one.Data), one.Id);

    private static string Show(string type, string data, string id) =>
        $"[{(type == "message" ? "" : type + " ")}{data}{(id.Length == 0 ? "" : $" #{Bytes.Escape(Bytes.Utf8(id), 40)}")}]";

    private static string Quote(string text) => $"\"{Bytes.Escape(Bytes.Utf8(text), 60)}\"";
}
