using System.Globalization;

namespace SseGateway.Fleet.Records;

/// <summary>The id of an entry: a run of numbers without a hole, and the number in it, from 1.</summary>
internal readonly record struct EntryId(long Generation, long Number)
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The generation as it stands before the number in ids of the gateway's: short, and safe in a browser's request.</summary>
    public string Epoch
    {
        get
        {
            Span<char> digits = stackalloc char[13];
            var start = digits.Length;
            for (var left = Generation; left > 0; left /= Digits.Length)
            {
                digits[--start] = Digits[(int)(left % Digits.Length)];
            }

            return new string(digits[start..]);
        }
    }

    /// <summary>True when it comes after the other one.</summary>
    public bool IsAbove(EntryId other) => Generation > other.Generation || (Generation == other.Generation && Number > other.Number);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Number}");

    /// <summary>Nothing (0-0) for a text that is none.</summary>
    public static EntryId Parse(string? text)
    {
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash > 0 && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new EntryId(generation, number) : default;
    }
}
