using System.Globalization;

namespace SseGateway.Configuration.Syntax;

/// <summary>Times in settings: <c>[d.]hh:mm:ss[.fff]</c>, or a number with <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class DurationSyntax
{
    /// <summary>The longest a .NET timer can wait, rounded down to days.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(24);

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>False for a bare number too: TimeSpan.Parse takes "5" for five days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        }

        foreach (var (suffix, unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(
                    text[..^suffix.Length], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number) < 1e9)
            {
                duration = unit * number;
                return true;
            }
        }

        // Zero needs no unit.
        duration = default;
        return text == "0";
    }
}
