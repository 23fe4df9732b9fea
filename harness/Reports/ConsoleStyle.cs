using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>How text is marked for whoever reads it: plain, or with the colours of a terminal.</summary>
internal sealed class ConsoleStyle
{
    private readonly bool _colours;

    private ConsoleStyle(bool colours) => _colours = colours;

    public static ConsoleStyle Plain { get; } = new(false);

    public static ConsoleStyle Coloured { get; } = new(true);

    /// <summary>Colours only on a terminal, and not where <c>NO_COLOR</c> (no-color.org) or <c>TERM=dumb</c> forbids them.</summary>
    public static ConsoleStyle For(TextWriter writer) =>
        ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb")
            ? Coloured
            : Plain;

    public string Head(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    public string Wrong(string text) => Paint("31", text);

    public string Of(Verdict verdict, string text) => Paint(
        verdict switch
        {
            Verdict.Ok => "32",
            Verdict.NonStrict or Verdict.BesideOthers => "33",
            Verdict.Failed => "1;31",
            Verdict.Informational => "36",
            Verdict.Skipped => "2",
            _ => "35",
        },
        text);

    private string Paint(string code, string text) => _colours && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
