using System.Globalization;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>The timing of a case in a few words.</summary>
internal static class TimingText
{
    /// <summary>For instance <c>head 1.2 (direct 0.4), first event 3.1 (0.6), lag 5 (1) ms</c>; empty when nothing was measured.</summary>
    public static string Of(Timing? timing)
    {
        if (timing is null)
        {
            return "";
        }

        var parts = new[]
        {
            Part("head", timing.HeadMs, timing.DirectHeadMs),
            Part("first event", timing.FirstEventMs, timing.DirectFirstEventMs),
            Part("lag", timing.WorstLagMs, timing.DirectWorstLagMs),
        };
        var told = string.Join(", ", parts.Where(part => part.Length > 0));
        return told.Length == 0 ? "" : told + " ms";
    }

    /// <summary>Enough digits to compare, and no more.</summary>
    public static string Number(double ms) => ms.ToString(ms < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);

    private static string Part(string name, double? through, double? direct) => (through, direct) switch
    {
        (null, _) => "",
        (_, null) => $"{name} {Number(through.Value)}",
        _ => $"{name} {Number(through.Value)} (direct {Number(direct.Value)})",
    };
}
