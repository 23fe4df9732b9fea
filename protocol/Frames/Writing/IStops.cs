using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>What ends a copy, among units as <see cref="Units"/> loads them. Vectors have the highest bit set for each unit that does.</summary>
internal interface IStops
{
    static abstract Vector128<byte> In<T>(Vector128<byte> units)
        where T : unmanaged;

    static abstract bool Is<T>(byte unit)
        where T : unmanaged;
}
