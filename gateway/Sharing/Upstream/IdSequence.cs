using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Upstream;

/// <summary>Ids that count: a decimal number, alone or behind anything that stays the same.</summary>
internal static class IdSequence
{
    /// <summary>True when the second id is the first one counted up by one.</summary>
    public static bool Follows(ReadOnlySpan<byte> id, ReadOnlySpan<byte> next) =>
        Split(id, out var prefix, out var number) && Split(next, out var nextPrefix, out var nextNumber)
        && prefix.SequenceEqual(nextPrefix) && nextNumber == number + 1;

    /// <summary>True when both count and the second is not greater.</summary>
    public static bool IsBehind(ReadOnlySpan<byte> id, ReadOnlySpan<byte> next) =>
        Split(id, out var prefix, out var number) && Split(next, out var nextPrefix, out var nextNumber)
        && prefix.SequenceEqual(nextPrefix) && nextNumber <= number;

    private static bool Split(ReadOnlySpan<byte> id, out ReadOnlySpan<byte> prefix, out long number)
    {
        var start = id.Length;
        while (start > 0 && id[start - 1] is >= (byte)'0' and <= (byte)'9')
        {
            start--;
        }

        // Zeros that fill up ("0007") count too.
        var digits = id[start..].TrimStart((byte)'0');
        prefix = id[..start];
        number = 0;
        return start < id.Length && (digits.IsEmpty || EventNumber.TryParse(digits, out number));
    }
}
