using System.Runtime.InteropServices;

namespace SseGateway.Protocol;

/// <summary><c>data: </c></summary>
internal readonly struct DataStart : ILineStart
{
    public static ulong First => MemoryMarshal.Read<ulong>("data: \0\0"u8);

    public static ulong Next => MemoryMarshal.Read<ulong>("\ndata: \0"u8);

    public static int Length => 6;
}
