using System.Globalization;
using System.Text;
using System.Xml;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>A run as JUnit XML: a suite for each section, a test case for each case.</summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new() { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n", CheckCharacters = true };

    /// <summary>The document. A known failure is no failure here but a skipped case with its reason, so that a build that reads this agrees with the exit
    /// code.</summary>
    /// <param name="judgement">The run.</param>
    public static string Of(RunJudgement judgement)
    {
        var report = judgement.Report;
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (var xml = XmlWriter.Create(text, Settings))
        {
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", $"sse-harness {report.Mode} {report.Target}");
            Counts(xml, report.Results, judgement);
            Attribute(xml, "time", Seconds(report.Seconds));
            foreach (var section in report.Results.GroupBy(result => string.Join('.', result.Id.Split('.').Take(2))))
            {
                Suite(xml, section.Key, section.ToArray(), judgement);
            }

            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Suite(XmlWriter xml, string section, IReadOnlyList<CaseResult> results, RunJudgement judgement)
    {
        var report = judgement.Report;
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", $"{section} {CaseCatalogue.Instance.Sections.GetValueOrDefault(section)}".TrimEnd());
        Counts(xml, results, judgement);
        Attribute(xml, "time", Seconds(results.Sum(result => result.Seconds)));
        Attribute(xml, "timestamp", report.Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        xml.WriteStartElement("properties");
        Property(xml, "target", report.Target);
        Property(xml, "target-version", report.TargetVersion);
        Property(xml, "catalogue", report.CatalogueVersion);
        Property(xml, "seed", report.Seed.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        foreach (var result in results)
        {
            Case(xml, result, judgement);
        }

        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, CaseResult result, RunJudgement judgement)
    {
        var row = CaseCatalogue.Instance.Find(result.Id);
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", $"{result.RunId()} {row?.Title}".TrimEnd());
        Attribute(xml, "classname", $"{judgement.Report.Target}.{(row?.Slug ?? result.Id).Replace('/', '.')}");
        Attribute(xml, "time", Seconds(result.Seconds));
        xml.WriteStartElement("properties");
        Property(xml, "verdict", result.Verdict.Name());
        Property(xml, "ending", result.Ending == Ending.None ? null : result.EndingText());
        Property(xml, "timing", TimingText.Of(result.Timing) is { Length: > 0 } timing ? timing : null);
        Property(xml, "known", result.Known);
        xml.WriteEndElement();
        var details = $"clause:   {CaseText.Clause(row)}\nexpected: {CaseText.Plain(result.Expected)}\nactual:   {result.Actual}\nagain:    {result.Again}";
        switch (result)
        {
            case { Verdict: Verdict.Error }:
                Child(xml, "error", result.Verdict, result.Actual, details);
                break;
            case { Known: { } reason }:
                Child(xml, "skipped", null, $"known failure: {reason}", null);
                break;
            case { Verdict: Verdict.Skipped }:
                Child(xml, "skipped", null, result.Actual, null);
                break;
            case { Verdict: Verdict.Failed } or { Verdict: Verdict.NonStrict } when judgement.NewFailures.Contains(result):
                Child(xml, "failure", result.Verdict, result.Actual, details);
                break;
            default:
                xml.WriteElementString("system-out", Allowed(details));
                break;
        }

        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<CaseResult> results, RunJudgement judgement)
    {
        Attribute(xml, "tests", Number(results.Count));
        Attribute(xml, "failures", Number(results.Count(judgement.NewFailures.Contains)));
        Attribute(xml, "errors", Number(results.Count(result => result.Verdict == Verdict.Error)));
        Attribute(xml, "skipped", Number(results.Count(result => result.Verdict == Verdict.Skipped || result.Known is not null)));
    }

    private static void Child(XmlWriter xml, string name, Verdict? type, string message, string? text)
    {
        xml.WriteStartElement(name);
        Attribute(xml, "message", message);
        if (type is { } verdict)
        {
            Attribute(xml, "type", verdict.Name());
        }

        if (text is not null)
        {
            xml.WriteString(Allowed(text));
        }

        xml.WriteEndElement();
    }

    private static void Property(XmlWriter xml, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        xml.WriteStartElement("property");
        Attribute(xml, "name", name);
        Attribute(xml, "value", value);
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Allowed(value));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    // XML 1.0 has no way to write most control characters, U+FFFE, U+FFFF or half a surrogate pair, not even as a reference (2.2, Char).
    private static string Allowed(string text)
    {
        var allowed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                allowed.Append(text, i++, 2);
            }
            else if (XmlConvert.IsXmlChar(text[i]))
            {
                allowed.Append(text[i]);
            }
            else
            {
                allowed.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            }
        }

        return allowed.ToString();
    }
}
