using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Copies bytes and looks for a line end in the same pass: searching first and copying then reads every byte twice,
/// which costs about as much as the copy itself for data that lies in the cache.
/// </summary>
internal static class LineCopy
{
    // Under this length the library's search and copy, which unroll short lengths, are faster than setting up vectors.
    private const int ShortLength = 128;

    /// <summary>
    /// Copies <paramref name="source"/> up to its first CR or LF. Bytes of <paramref name="target"/> behind the copied ones,
    /// up to the length of <paramref name="source"/>, may be overwritten.
    /// </summary>
    /// <returns>The number of bytes before the first CR or LF, or the length of <paramref name="source"/> when it has neither.</returns>
    public static int CopyToLineEnd(ReadOnlySpan<byte> source, Span<byte> target)
    {
        target = target[..source.Length];
        if (source.Length < ShortLength || !Vector256.IsHardwareAccelerated)
            return CopyShort(source, target);

        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var cr = Vector256.Create((byte)'\r');
        var lf = Vector256.Create((byte)'\n');
        var size = (nuint)Vector256<byte>.Count;
        var last = (nuint)source.Length - 4 * size;
        for (nuint i = 0; ;)
        {
            var a = Vector256.LoadUnsafe(ref from, i);
            var b = Vector256.LoadUnsafe(ref from, i + size);
            var c = Vector256.LoadUnsafe(ref from, i + 2 * size);
            var d = Vector256.LoadUnsafe(ref from, i + 3 * size);
            var hit = Vector256.Equals(a, cr) | Vector256.Equals(a, lf)
                | Vector256.Equals(b, cr) | Vector256.Equals(b, lf)
                | Vector256.Equals(c, cr) | Vector256.Equals(c, lf)
                | Vector256.Equals(d, cr) | Vector256.Equals(d, lf);
            a.StoreUnsafe(ref to, i);
            b.StoreUnsafe(ref to, i + size);
            c.StoreUnsafe(ref to, i + 2 * size);
            d.StoreUnsafe(ref to, i + 3 * size);
            if (hit != Vector256<byte>.Zero)
                return (int)i + source.Slice((int)i, 4 * (int)size).IndexOfAny((byte)'\r', (byte)'\n');
            if (i == last)
                return source.Length;
            // The last step overlaps the one before it instead of a scalar tail.
            i = Math.Min(i + 4 * size, last);
        }
    }

    private static int CopyShort(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var end = source.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
            end = source.Length;
        source[..end].CopyTo(target);
        return end;
    }
}
