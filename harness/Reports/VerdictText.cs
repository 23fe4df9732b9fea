using SseGateway.Harness.Results;

namespace SseGateway.Harness.Reports;

/// <summary>What verdicts and endings are called, and what they mean (catalogue, section 0.3).</summary>
internal static class VerdictText
{
    public static readonly Verdict[] All =
        [Verdict.Ok, Verdict.NonStrict, Verdict.BesideOthers, Verdict.Failed, Verdict.Informational, Verdict.Skipped, Verdict.Error];

    public static string Name(this Verdict verdict) => verdict switch
    {
        Verdict.Ok => "OK",
        Verdict.NonStrict => "NON-STRICT",
        Verdict.BesideOthers => "BESIDE",
        Verdict.Failed => "FAILED",
        Verdict.Informational => "INFO",
        Verdict.Skipped => "SKIPPED",
        _ => "ERROR",
    };

    public static string Meaning(this Verdict verdict) => verdict switch
    {
        Verdict.Ok => "What the clause asks.",
        Verdict.NonStrict => "Allowed by the text or by common practice, but not the best behaviour.",
        Verdict.BesideOthers =>
            "Only beside others: failed, and passed when it was asked once more, alone. Late on a busy machine, or disturbed by a neighbour.",
        Verdict.Failed => "Breaks a must, or a should in a harmful way: loss, repeat, wrong order, hang, crash.",
        Verdict.Informational => "Nothing is right or wrong; the observed value is the result.",
        Verdict.Skipped => "Not run: capability not declared, filtered out, or not possible on this transport.",
        _ => "The harness or the set-up failed; says nothing about the target and is never counted as failed.",
    };

    public static string Meaning(this Ending ending) => ending switch
    {
        Ending.Clean => "The body ended as its framing says: last chunk, all of Content-Length, END_STREAM.",
        Ending.Unclean => "The connection closed before the body was complete.",
        Ending.Reset => "TCP reset or RST_STREAM.",
        Ending.Timeout => "Nothing came although something had to.",
        Ending.Open => "Still open when the case ended.",
        _ => "Does not apply, or was not looked at.",
    };

    /// <summary>As in tables; empty where there is none. A wrong one has a mark, since colours may be off.</summary>
    public static string EndingText(this CaseResult result)
    {
        var name = result.Ending is Ending.None ? "" : result.Ending.ToString().ToUpperInvariant();
        return result.EndingRight switch
        {
            false => name + "!",
            _ => name,
        };
    }
}
