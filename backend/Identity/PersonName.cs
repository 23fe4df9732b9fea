using System.Globalization;
using System.Text;

namespace ChatBackend.Identity;

/// <summary>What a person may be called.</summary>
internal static class PersonName
{
    public const int MaximumLength = 32;

    private const int EmojiStyle = 0xFE0F;

    /// <summary>
    /// True for 1 to 32 Unicode scalar values that can be seen, single spaces between them allowed. Control and format characters are out:
    /// a direction override or a zero-width space makes two different names look the same. So are characters that are letters or marks by category
    /// and yet leave nothing to see.
    /// </summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaximumLength * 2 || name[0] == ' ' || name[^1] == ' ')
            return false;

        var length = 0;
        var visible = false;
        var afterSpace = false;
        var afterSymbol = false;
        for (var rest = name.AsSpan(); !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];

            // A heart or a sun is typed with the selector that asks for its colour form; anywhere else the selector is just invisible.
            var isStyled = rune.Value == EmojiStyle && afterSymbol;
            if (IsInvisible(rune.Value) && !isStyled)
                return false;
            afterSymbol = Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;

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

    /// <summary>Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt) as far as the categories do not say it: joiners, fillers, selectors; and the
    /// empty braille cell.</summary>
    private static bool IsInvisible(int rune) => rune
        is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
        or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
