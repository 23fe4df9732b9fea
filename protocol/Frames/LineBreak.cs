using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SseGateway.Protocol;

/// <summary>What ends a line and begins the next one of the same field, as eight bytes that are stored at once.</summary>
/// <param name="Bytes">LF, the field's name, colon and space, and anything behind them.</param>
/// <param name="Start">The same without the LF: before the first line.</param>
/// <param name="Length">How many of <paramref name="Bytes"/> count, before an empty line all but the last of them: the space is left out.</param>
internal readonly record struct LineBreak(ulong Bytes, ulong Start, int Length)
{
    public static LineBreak Data => new(MemoryMarshal.Read<ulong>("\ndata: \0"u8), MemoryMarshal.Read<ulong>("data: \0\0"u8), 7);

    public static LineBreak Comment => new(MemoryMarshal.Read<ulong>("\n: \0\0\0\0\0"u8), MemoryMarshal.Read<ulong>(": \0\0\0\0\0\0"u8), 3);

    /// <summary>Writes the start of the first line.</summary>
    /// <param name="target">Has room for eight bytes.</param>
    /// <param name="beforeEmptyLine">Whether the line is empty.</param>
    /// <returns>How many of the bytes count.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PutStart(ref byte target, bool beforeEmptyLine)
    {
        Unsafe.WriteUnaligned(ref target, Start);
        return beforeEmptyLine ? Length - 2 : Length - 1;
    }

    /// <summary>Writes the break.</summary>
    /// <param name="target">Has room for eight bytes.</param>
    /// <param name="beforeEmptyLine">Whether the next line is empty.</param>
    /// <returns>How many of the bytes count.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Put(ref byte target, bool beforeEmptyLine)
    {
        Unsafe.WriteUnaligned(ref target, Bytes);
        return beforeEmptyLine ? Length - 1 : Length;
    }
}
