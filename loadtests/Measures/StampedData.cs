using System.Buffers.Text;
using System.Diagnostics;

namespace LoadTests.Measures;

/// <summary>
/// The data of an event: 20 digits of the sender's monotonic clock in nanoseconds, which all processes of the machine share, 12 digits of its
/// number, and filling. The number stands in the data because hubs give ids of their own.
/// </summary>
internal static class StampedData
{
    private const int StampDigits = 20;
    private const int NumberDigits = 12;

    public const int LeastBytes = StampDigits + 1 + NumberDigits;

    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Now, as a stamp.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick);

    /// <param name="data">All of it is written; at least <see cref="LeastBytes"/>.</param>
    /// <param name="number">The event's.</param>
    public static void Write(Span<byte> data, long number)
    {
        Digits(data[..StampDigits], Now);
        data[StampDigits] = (byte)' ';
        Digits(data.Slice(StampDigits + 1, NumberDigits), number);
        if (data.Length > LeastBytes)
        {
            data[LeastBytes] = (byte)' ';
            data[(LeastBytes + 1)..].Fill((byte)'x');
        }
    }

    /// <returns>False for data of another sender.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, out TimeSpan age, out long number)
    {
        (age, number) = (default, 0);
        if (data.Length < LeastBytes
            || !Utf8Parser.TryParse(data[..StampDigits], out long stamp, out var read) || read != StampDigits
            || !Utf8Parser.TryParse(data.Slice(StampDigits + 1, NumberDigits), out number, out read) || read != NumberDigits)
        {
            return false;
        }

        age = TimeSpan.FromMicroseconds((Now - stamp) / 1000.0);
        return true;
    }

    private static void Digits(Span<byte> to, long value)
    {
        for (var i = to.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            to[i] = (byte)('0' + digit);
        }
    }
}
