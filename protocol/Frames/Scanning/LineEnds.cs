using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>Finds the CRs and LFs of up to 64 bytes together, as bits: the lowest one is the first byte.</summary>
internal static class LineEnds
{
    /// <summary>How many bytes have a bit.</summary>
    public const int Block = 64;

    /// <param name="first">The first byte.</param>
    /// <param name="length">How many bytes there are; those past <see cref="Block"/> are left out.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ref byte first, int length)
    {
        if (length < Block)
            return OfFew(ref first, length);
        if (Vector512.IsHardwareAccelerated)
            return In(Vector512.LoadUnsafe(ref first));
        return In(Vector256.LoadUnsafe(ref first)) | (ulong)In(Vector256.LoadUnsafe(ref first, 32)) << 32;
    }

    // Two vectors that overlap cover every length between one and two of them.
    private static ulong OfFew(ref byte first, int length)
    {
        if (length >= 32)
            return In(Vector256.LoadUnsafe(ref first)) | (ulong)In(Vector256.LoadUnsafe(ref first, (nuint)length - 32)) << (length - 32);
        if (length >= 16)
            return In(Vector128.LoadUnsafe(ref first)) | (ulong)In(Vector128.LoadUnsafe(ref first, (nuint)length - 16)) << (length - 16);
        var ends = 0ul;
        for (var i = 0; i < length; i++)
            ends |= Unsafe.Add(ref first, i) is (byte)'\r' or (byte)'\n' ? 1ul << i : 0;
        return ends;
    }

    private static ulong In(Vector512<byte> bytes) =>
        (Vector512.Equals(bytes, Vector512.Create((byte)'\r')) | Vector512.Equals(bytes, Vector512.Create((byte)'\n'))).ExtractMostSignificantBits();

    private static uint In(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create((byte)'\r')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))).ExtractMostSignificantBits();

    private static uint In(Vector128<byte> bytes) =>
        (Vector128.Equals(bytes, Vector128.Create((byte)'\r')) | Vector128.Equals(bytes, Vector128.Create((byte)'\n'))).ExtractMostSignificantBits();
}
