using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Copies text of several lines and puts the start of a field before each of them. The line ends of a block of 32 units are searched for
/// together; a line then takes one vector, whatever its length, which a search and a copy for each line would not do.
/// </summary>
internal static class LineBlocks
{
    /// <summary>How far past the start of a block is read: the block, and a vector from behind a CRLF that reaches out of it.</summary>
    public const int Reach = 65;

    /// <summary>What a block may become: 32 line ends, each with the start of a field of at most six bytes, and a vector after the last one.</summary>
    public const int Room = 256;

    /// <summary>Copies, from inside a line on, until the source or the room ends or, of characters, one is not ASCII.</summary>
    /// <param name="source">The text.</param>
    /// <param name="last">The last place where a block may begin; <see cref="Reach"/> units are there from it on.</param>
    /// <param name="end">The place of the line end that ends the text, of which the LF alone is written; -1 for none.</param>
    /// <param name="target">Receives the bytes; those behind the written ones may be overwritten.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <returns>How many units were copied; one more than <paramref name="end"/> at the end of the text.</returns>
    public static int Copy<T, TStart>(ReadOnlySpan<T> source, int last, int end, Span<byte> target, out int written)
        where T : unmanaged
        where TStart : struct, ILineStart
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var room = target.Length - Room;
        var (i, o) = (0, 0);
        while (i <= last && o <= room)
        {
            var vector = Units.Load32(ref from, (nuint)i);
            vector.StoreUnsafe(ref to, (nuint)o);
            var block = i;
            for (var stops = LineStops.In<T>(vector).ExtractMostSignificantBits(); stops != 0; stops &= stops - 1)
            {
                var stop = block + int.TrailingZeroCount((int)stops);
                // The LF of a CRLF.
                if (stop < i)
                    continue;
                o += stop - i;
                i = stop;
                var unit = Units.Load1(ref Unsafe.Add(ref from, i));
                if (i == end)
                {
                    Unsafe.Add(ref to, o) = (byte)'\n';
                    written = o + 1;
                    return end + 1;
                }

                if (typeof(T) == typeof(char) && unit > 0x7F)
                {
                    written = o;
                    return i;
                }

                i++;
                var next = Units.Load1(ref Unsafe.Add(ref from, i));
                if (unit == '\r' && next == '\n')
                    next = Units.Load1(ref Unsafe.Add(ref from, ++i));
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, o), TStart.Next);
                o += next is (byte)'\r' or (byte)'\n' ? TStart.Length : TStart.Length + 1;
                // What follows in the block, up to its end and past it.
                Units.Load32(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)o);
            }

            var after = Math.Max(block + Vector256<byte>.Count, i);
            o += after - i;
            i = after;
        }

        written = o;
        return i;
    }
}
