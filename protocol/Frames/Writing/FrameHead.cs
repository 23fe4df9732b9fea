using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SseGateway.Protocol;

/// <summary>Writes the usual fields before the data into a span that is known to hold them, without checks of room.</summary>
internal static class FrameHead
{
    /// <summary>The field names, colons, spaces and line ends of a frame with all fields and one data line, the longest retry value, and what is
    /// stored past the end.</summary>
    public const int Overhead = 64;

    /// <param name="span">At least as long as all values and <see cref="Overhead"/>.</param>
    /// <param name="type">Empty for none.</param>
    /// <param name="id">Empty with <paramref name="resetId"/> for the line <c>id:</c>.</param>
    /// <param name="resetId">True to write an empty id.</param>
    /// <param name="retryMilliseconds">0 or more; null for none.</param>
    /// <returns>The length; -1 when a value is to be refused or to be written in another way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TryPut<T>(Span<byte> span, ReadOnlySpan<T> type, ReadOnlySpan<T> id, bool resetId, int? retryMilliseconds)
        where T : unmanaged
    {
        ref var target = ref MemoryMarshal.GetReference(span);
        var position = 0;
        if (!type.IsEmpty)
        {
            Unsafe.WriteUnaligned(ref target, MemoryMarshal.Read<ulong>("event: \0"u8));
            if (!TryPutLine(ref Unsafe.Add(ref target, 7), type))
                return -1;
            position = 7 + type.Length + 1;
        }

        if (!id.IsEmpty)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, position), MemoryMarshal.Read<uint>("id: "u8));
            if (!TryPutLine(ref Unsafe.Add(ref target, position + 4), id))
                return -1;
            position += 4 + id.Length + 1;
        }
        else if (resetId)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, position), MemoryMarshal.Read<uint>("id:\n"u8));
            position += 4;
        }

        return retryMilliseconds is { } retry ? PutRetry(span, position, retry) : position;
    }

    public static int PutRetry(Span<byte> span, int position, int milliseconds)
    {
        "retry: "u8.CopyTo(span[position..]);
        milliseconds.TryFormat(span[(position + 7)..], out var digits, provider: CultureInfo.InvariantCulture);
        span[position + 7 + digits] = (byte)'\n';
        return position + 7 + digits + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPutLine<T>(ref byte target, ReadOnlySpan<T> value)
        where T : unmanaged
    {
        if (value.Length > LineCopy.LongestValue)
            return false;
        Unsafe.Add(ref target, value.Length) = (byte)'\n';
        return LineCopy.TryCopyValue(ref MemoryMarshal.GetReference(value), value.Length, ref target);
    }
}
