using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Everything up to CR: one comparison finds CR, LF and NUL. The other ones among these, tab above all, are allowed but rare in a type or an id.
/// And characters that are not ASCII.
/// </summary>
internal readonly struct ValueStops : IStops
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> In<T>(Vector128<byte> units)
        where T : unmanaged
    {
        var low = Vector128.LessThanOrEqual(units, Vector128.Create((byte)'\r'));
        return typeof(T) == typeof(byte) ? low : low | units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> In<T>(Vector256<byte> units)
        where T : unmanaged
    {
        var low = Vector256.LessThanOrEqual(units, Vector256.Create((byte)'\r'));
        return typeof(T) == typeof(byte) ? low : low | units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is<T>(byte unit)
        where T : unmanaged => unit <= '\r' || (typeof(T) == typeof(char) && unit > 0x7F);
}
