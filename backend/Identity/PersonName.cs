using System.Globalization;
using System.Text;

namespace ChatBackend.Identity;

/// <summary>What a person may be called.</summary>
internal static class PersonName
{
    public const int MaximumLength = 32;

    /// <summary>
    /// True for 1 to 32 Unicode scalar values that can be seen, single spaces between them allowed. Control and format characters are out:
    /// a direction override or a zero-width space makes two different names look the same.
    /// </summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaximumLength * 2 || name[0] == ' ' || name[^1] == ' ')
            return false;

        var length = 0;
        var visible = false;
        var afterSpace = false;
        for (var rest = name.AsSpan(); !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];

            var isSpace = rune.Value == ' ';
            if (isSpace && afterSpace)
                return false;
            afterSpace = isSpace;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.SpaceSeparator when isSpace:
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                    break;
                case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    return false;
                default:
                    visible = true;
                    break;
            }
        }

        return visible && length <= MaximumLength;
    }
}
