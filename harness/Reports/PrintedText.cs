using System.Globalization;
using System.Text;

namespace SseGateway.Harness.Reports;

/// <summary>Text of a target's that goes to a terminal or a log: on one line, and without anything that moves the cursor.</summary>
internal static class PrintedText
{
    /// <summary>Control characters and line ends as escapes.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnprintable))
        {
            return text;
        }

        var printed = new StringBuilder();
        foreach (var character in text)
        {
            printed.Append(character switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsUnprintable(character) => character < 0x100 ? $"\\x{(int)character:X2}" : $"\\u{(int)character:X4}",
                _ => character.ToString(),
            });
        }

        return printed.ToString();
    }

    private static bool IsUnprintable(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(
            character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
