using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Copies UTF-8, or characters as UTF-8, and looks at what it copies in the same pass: searching first and copying then reads everything twice,
/// which costs about as much as the copy itself for data that lies in the cache.
/// </summary>
/// <remarks>The methods read and write without bounds checks: their callers answer for the lengths.</remarks>
internal static class LineCopy
{
    /// <summary>The longest value that <see cref="TryCopyValue"/> takes: UUIDs are among them, and digests in hexadecimal.</summary>
    public const int LongestValue = 64;

    /// <summary>Copies up to the first CR or LF, of characters also up to the first that is not ASCII.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="char"/>.</typeparam>
    /// <param name="source">The first unit.</param>
    /// <param name="length">The number of units.</param>
    /// <param name="target">Has room for <paramref name="length"/> bytes. Those behind the copied ones may be overwritten.</param>
    /// <returns>The number of units copied, a byte each.</returns>
    // Inlined, as the compiler does with a profile (TieredPGO), the caller has too few registers left: 60 ns a kilobyte instead of 20.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int CopyLine<T>(ref T source, int length, ref byte target)
        where T : unmanaged
    {
        if (length < Vector256<byte>.Count)
        {
            var stops = CopyShort<T, LineStops>(ref source, length, ref target);
            return stops == 0 ? length : int.TrailingZeroCount((int)stops);
        }

        var last = (nuint)length - 32;
        nuint i = 0;
        // Four vectors a step, which one test is enough for; what is left, vector by vector. The last one overlaps the one before it.
        for (; i + 96 <= last; i += 128)
        {
            var a = Units.Load32(ref source, i);
            var b = Units.Load32(ref source, i + 32);
            var c = Units.Load32(ref source, i + 64);
            var d = Units.Load32(ref source, i + 96);
            a.StoreUnsafe(ref target, i);
            b.StoreUnsafe(ref target, i + 32);
            c.StoreUnsafe(ref target, i + 64);
            d.StoreUnsafe(ref target, i + 96);
            var any = LineStops.In<T>(a) | LineStops.In<T>(b) | LineStops.In<T>(c) | LineStops.In<T>(d);
            if (any.ExtractMostSignificantBits() != 0)
                break;
        }

        for (i = Math.Min(i, last); ; i = Math.Min(i + 32, last))
        {
            var vector = Units.Load32(ref source, i);
            vector.StoreUnsafe(ref target, i);
            var stops = LineStops.In<T>(vector).ExtractMostSignificantBits();
            if (stops != 0)
                return (int)i + int.TrailingZeroCount((int)stops);
            if (i == last)
                return length;
        }
    }

    /// <summary>Copies the value of a field, <see cref="LongestValue"/> units at most, if it is plain.</summary>
    /// <returns>False, with anything in the target, for a unit that a value must not have, and for those that <see cref="ValueStops"/> finds beside
    /// them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCopyValue<T>(ref T source, int length, ref byte target)
        where T : unmanaged
    {
        if (length < 32)
            return CopyShort<T, ValueStops>(ref source, length, ref target) == 0;
        var a = Units.Load32(ref source, 0);
        var b = Units.Load32(ref source, (nuint)length - 32);
        a.StoreUnsafe(ref target);
        b.StoreUnsafe(ref target, (nuint)length - 32);
        return (ValueStops.In<T>(a) | ValueStops.In<T>(b)).ExtractMostSignificantBits() == 0;
    }

    // Two loads that overlap cover every length between one and two loads, and what is loaded is stored in the same way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CopyShort<T, TStops>(ref T source, int length, ref byte target)
        where T : unmanaged
        where TStops : struct, IStops
    {
        ref var end = ref Unsafe.Add(ref source, length);
        ref var targetEnd = ref Unsafe.Add(ref target, length);
        if (length >= 16)
        {
            var a = Units.Load16(ref source);
            var b = Units.Load16(ref Unsafe.Subtract(ref end, 16));
            a.StoreUnsafe(ref target);
            b.StoreUnsafe(ref Unsafe.Subtract(ref targetEnd, 16));
            return TStops.In<T>(a).ExtractMostSignificantBits() | TStops.In<T>(b).ExtractMostSignificantBits() << (length - 16);
        }

        if (length >= 8)
        {
            var a = Units.Load8(ref source);
            var b = Units.Load8(ref Unsafe.Subtract(ref end, 8));
            Unsafe.WriteUnaligned(ref target, a);
            Unsafe.WriteUnaligned(ref Unsafe.Subtract(ref targetEnd, 8), b);
            var stops = TStops.In<T>(Vector128.Create(a, b).AsByte()).ExtractMostSignificantBits();
            return stops & 0xFF | stops >> 8 << (length - 8);
        }

        if (length >= 4)
        {
            var a = Units.Load4(ref source);
            var b = Units.Load4(ref Unsafe.Subtract(ref end, 4));
            Unsafe.WriteUnaligned(ref target, a);
            Unsafe.WriteUnaligned(ref Unsafe.Subtract(ref targetEnd, 4), b);
            var stops = TStops.In<T>(Vector128.Create(a, b, a, b).AsByte()).ExtractMostSignificantBits();
            return stops & 0xF | (stops >> 4 & 0xF) << (length - 4);
        }

        var found = 0u;
        for (var i = 0; i < length; i++)
        {
            var unit = Units.Load1(ref Unsafe.Add(ref source, i));
            Unsafe.Add(ref target, i) = unit;
            found |= TStops.Is<T>(unit) ? 1u << i : 0;
        }

        return found;
    }
}
