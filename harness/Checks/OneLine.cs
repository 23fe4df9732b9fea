namespace SseGateway.Harness.Checks;

/// <summary>Texts for reports.</summary>
internal static class OneLine
{
    public static string ReplaceLineEnd(this string text) => text.ReplaceLineEndings(" ");
}
