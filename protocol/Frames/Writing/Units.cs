using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Loads bytes, or characters narrowed to bytes; those that are not ASCII become some byte of 0x80 or more. So one piece of code does for both:
/// the compiler makes one of it for each, without the branches.
/// </summary>
internal static class Units
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load32<T>(ref T source, nuint offset)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
            return Vector256.LoadUnsafe(ref Unsafe.As<T, byte>(ref source), offset);
        // Without such vectors the framework narrows them unit by unit.
        if (!Vector256.IsHardwareAccelerated)
            return Vector256.Create(Load16(ref Unsafe.Add(ref source, offset)), Load16(ref Unsafe.Add(ref source, offset + 16)));
        ref var characters = ref Unsafe.As<T, ushort>(ref source);
        return Vector256.NarrowWithSaturation(Vector256.LoadUnsafe(ref characters, offset), Vector256.LoadUnsafe(ref characters, offset + 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load16<T>(ref T source)
        where T : unmanaged =>
        typeof(T) == typeof(byte)
            ? Vector128.LoadUnsafe(ref Unsafe.As<T, byte>(ref source))
            : Vector128.NarrowWithSaturation(
                Vector128.LoadUnsafe(ref Unsafe.As<T, ushort>(ref source)), Vector128.LoadUnsafe(ref Unsafe.As<T, ushort>(ref source), 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load8<T>(ref T source)
        where T : unmanaged =>
        typeof(T) == typeof(byte)
            ? Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<T, byte>(ref source))
            : Narrow(Vector128.LoadUnsafe(ref Unsafe.As<T, ushort>(ref source))).AsUInt64().ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load4<T>(ref T source)
        where T : unmanaged =>
        typeof(T) == typeof(byte)
            ? Unsafe.ReadUnaligned<uint>(ref Unsafe.As<T, byte>(ref source))
            : Narrow(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<T, byte>(ref source))).AsUInt16()).AsUInt32().ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Load1<T>(ref T source)
        where T : unmanaged =>
        typeof(T) == typeof(byte) ? Unsafe.As<T, byte>(ref source) : (byte)Math.Min(Unsafe.As<T, char>(ref source), byte.MaxValue);

    /// <summary>The unit of an ASCII character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(char character)
        where T : unmanaged => typeof(T) == typeof(byte) ? Unsafe.BitCast<byte, T>((byte)character) : Unsafe.BitCast<char, T>(character);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLineEnd<T>(T unit)
        where T : unmanaged => Load1(ref unit) is (byte)'\r' or (byte)'\n';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrow(Vector128<ushort> characters) => Vector128.NarrowWithSaturation(characters, characters);
}
