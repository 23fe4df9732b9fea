using System.Text.Json;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Reports;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Probe;

/// <summary>The findings for a person, or as JSON.</summary>
internal static class ProbeReport
{
    private const int TopicWidth = 15;

    // Markup is of no concern in a JSON file, and a URL with & should be readable.
    private static readonly JsonSerializerOptions Json = new(
        RunReportFile.Json)
    { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter writer, ProbeResult result, IReadOnlyList<Finding> findings)
    {
        var style = ConsoleStyle.For(writer);
        writer.WriteLine(style.Head(PrintedText.Of(result.Options.Url.ToString())));
        foreach (var finding in findings)
        {
            var verdict = finding.Severity switch
            {
                Severity.Fail => Verdict.Failed,
                Severity.Warn => Verdict.NonStrict,
                Severity.Ok => Verdict.Ok,
                _ => Verdict.Skipped,
            };
            writer.WriteLine(
                $"{style.Of(verdict, finding.Severity.ToString().ToUpperInvariant().PadRight(4))}  {finding.Topic.PadRight(TopicWidth)} "
                    + $"{PrintedText.Of(finding.Text)}");
            var indent = new string(' ', TopicWidth + 7);
            if (finding.Fix is { } fix)
            {
                writer.WriteLine($"{indent}fix: {PrintedText.Of(fix)}");
            }

            // Where all is well there is nothing to look up.
            if (finding.Clause is { } clause && finding.Severity is Severity.Fail or Severity.Warn)
            {
                writer.WriteLine(style.Faint($"{indent}see: {string.Join(", ", ClauseLinks.In(clause).Select(link => $"{link.Text} {link.Url}"))}"));
            }
        }

        int Count(Severity severity) => findings.Count(finding => finding.Severity == severity);
        writer.WriteLine($"{Count(Severity.Fail)} FAIL, {Count(Severity.Warn)} WARN, {Count(Severity.Ok)} OK, {Count(Severity.Info)} INFO");
    }

    public static void WriteJson(TextWriter writer, ProbeResult result, IReadOnlyList<Finding> findings)
    {
        var (visit, options) = (result.Main, result.Options);
        writer.WriteLine(JsonSerializer.Serialize(
            new
            {
                Schema = 1,
                Url = options.Url.ToString(),
                options.Origin,
                WindowSeconds = options.Window.TotalSeconds,
                HttpVersion = visit.HttpVersion?.ToString(),
                visit.Status,
                visit.ConnectedMs,
                visit.SecuredMs,
                visit.HeadMs,
                visit.FirstByteMs,
                FirstEventMs = visit.Events is [var first, ..] ? first.Ms : (double?)null,
                visit.End,
                visit.EndMs,
                visit.Bytes,
                visit.Reader.Notes.Events,
                visit.Reader.Notes.Comments,
                visit.Reader.Notes.RetryMs,
                visit.LongestSilenceMs,
                Findings = findings.Select(finding => new
                {
                    finding.Severity,
                    finding.Topic,
                    finding.Text,
                    finding.Fix,
                    Links = finding.Clause is { } clause ? ClauseLinks.In(clause) : null,
                }),
            },
            Json));
    }
}
