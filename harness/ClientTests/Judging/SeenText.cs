using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>What was seen of a run, where that is its result.</summary>
internal static class SeenText
{
    private const int MostDelays = 5;

    /// <param name="tells">As of a script.</param>
    /// <param name="seen">The run.</param>
    public static string Of(IReadOnlyList<string> tells, Observation seen) => string.Join("; ", tells.Select(tell => tell switch
    {
        "delays" => Delays(seen),
        "comments" => Comments(seen),
        "urls" => Urls(seen),
        "requests" => $"{seen.Answers.Count} requests in {seen.LastMs / 1000:0.0} s",
        "events" => seen.EventCount > 0 ? $"{seen.EventCount} event(s): read as a stream" : "no event: refused",
        "retry" => seen.Reports.LastOrDefault(report => report.Report.Retry is not null).Report?.Retry is { } retry
            ? $"retry {retry} ms" : "the retry time is not reported",
        _ => Field(tell, seen),
    }));

    private static string Delays(Observation seen)
    {
        var answers = seen.Answers;
        var delays = answers.Skip(1).Select((answer, i) => answer.Exchange.ArrivedMs - (answers[i].EndedMs ?? answers[i].Exchange.ArrivedMs))
            .Take(MostDelays).Select(delay => $"{Math.Max(0, delay):0}").ToArray();
        return delays.Length == 0 ? "did not ask again" : $"asked again after {string.Join(", ", delays)} ms";
    }

    private static string Comments(Observation seen)
    {
        var comments = seen.Reports.Where(report => report.Report.Kind == ReportKind.Comment).Select(
            report => $"\"{Bytes.Escape(Bytes.Utf8(report.Report.Text ?? ""), 60)}\"").ToArray();
        return comments.Length == 0 ? "no comment is reported" : $"comments {string.Join(", ", comments)}";
    }

    private static string Urls(Observation seen)
    {
        if (seen.Answers is not [var first, var redirected, .., var last] || last == redirected)
        {
            return "did not ask again";
        }

        var target = last.Exchange.Request.Target;
        return target == first.Exchange.Request.Target ? "asked again at the first URL"
            : target == redirected.Exchange.Request.Target ? "asked again at the URL of the redirect"
            : $"asked again at {target}";
    }

    private static string Field(string name, Observation seen) =>
        seen.Answers is [.., var last]
            ? last.Exchange.Request.Has(name) ? $"{name}: {Bytes.Escape(Bytes.Of(last.Exchange.Request.Combined(name)!), 60)}" : $"no {name}"
            : "no request came";
}
