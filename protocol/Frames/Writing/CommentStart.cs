using System.Runtime.InteropServices;

namespace SseGateway.Protocol;

/// <summary><c>: </c></summary>
internal readonly struct CommentStart : ILineStart
{
    public static ulong First => MemoryMarshal.Read<ulong>(": \0\0\0\0\0\0"u8);

    public static ulong Next => MemoryMarshal.Read<ulong>("\n: \0\0\0\0\0"u8);

    public static int Length => 2;
}
