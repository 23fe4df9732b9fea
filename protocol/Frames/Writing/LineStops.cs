using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>CR and LF, and characters that are not ASCII: they take more than a byte.</summary>
internal readonly struct LineStops : IStops
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> In<T>(Vector128<byte> units)
        where T : unmanaged
    {
        var ends = Vector128.Equals(units, Vector128.Create((byte)'\r')) | Vector128.Equals(units, Vector128.Create((byte)'\n'));
        return typeof(T) == typeof(byte) ? ends : ends | units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> In<T>(Vector256<byte> units)
        where T : unmanaged
    {
        var ends = Vector256.Equals(units, Vector256.Create((byte)'\r')) | Vector256.Equals(units, Vector256.Create((byte)'\n'));
        return typeof(T) == typeof(byte) ? ends : ends | units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is<T>(byte unit)
        where T : unmanaged => unit is (byte)'\r' or (byte)'\n' || (typeof(T) == typeof(char) && unit > 0x7F);
}
