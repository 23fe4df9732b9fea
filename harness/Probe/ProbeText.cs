using System.Globalization;
using SseGateway.Harness.Reports;

namespace SseGateway.Harness.Probe;

/// <summary>Figures and quotations in findings.</summary>
internal static class ProbeText
{
    /// <summary>For instance <c>3.2 ms</c>, <c>45 ms</c>, <c>1.2 s</c>.</summary>
    public static string Ms(double ms) => ms >= 1000 ? Seconds(ms) : TimingText.Number(Math.Max(ms, 0)) + " ms";

    public static string Seconds(double ms) => (ms / 1000).ToString("0.#", CultureInfo.InvariantCulture) + " s";

    /// <summary>What the server sent, short and on one line.</summary>
    public static string OneLine(string text)
    {
        const int most = 80;
        return PrintedText.Of(text.Length > most ? text[..most] + "…" : text);
    }
}
