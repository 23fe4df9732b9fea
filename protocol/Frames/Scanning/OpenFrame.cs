using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SseGateway.Protocol;

/// <summary>
/// Reads on in a frame that begins with the first of the bytes, as almost all do: line ends are searched for in 64 bytes together instead of once for
/// each line, and the usual fields are known by one or two integers. <see cref="FrameScanner"/> reads line by line whatever is not read here.
/// </summary>
internal static class OpenFrame
{
    /// <param name="bytes">From the start of the frame on.</param>
    /// <param name="line">Where the open line begins.</param>
    /// <param name="scanned">How far the bytes are known to have no further line end.</param>
    /// <param name="maxFrameBytes">The limit.</param>
    /// <param name="skipIgnored">Whether a frame begins with its first field that counts, and has to have data or an id.</param>
    /// <param name="retry">Set by a line, also when the frame is not read here.</param>
    /// <param name="frame">The fields of the lines before; filled in where it is: a copy of what has just been written field by field is slow.</param>
    /// <returns>The length of the frame; less than 0 when it does not end in the bytes, and then it is minus the place where the open line begins;
    /// 0 for what is not read here, of which nothing is to be kept.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, int line, int scanned, int maxFrameBytes, bool skipIgnored, ref int? retry, ref Frame frame)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        var block = scanned;
        while (block < bytes.Length)
        {
            for (var ends = LineEnds.Of(ref Unsafe.Add(ref first, block), bytes.Length - block); ends != 0; ends &= ends - 1)
            {
                var end = block + BitOperations.TrailingZeroCount(ends);
                // The LF of a CRLF.
                if (end < line)
                    continue;
                var next = end + 1;
                if (Unsafe.Add(ref first, end) == '\r')
                {
                    // Whether an LF follows is not known yet.
                    if (next == bytes.Length)
                        return 0;
                    if (Unsafe.Add(ref first, next) == '\n')
                        next++;
                }

                if (end == line)
                {
                    if (line == 0 || (skipIgnored && !frame.Fields.MatterAtTheEnd))
                        return 0;
                    frame.Block = MemoryMarshal.CreateReadOnlySpan(ref first, next);
                    return next;
                }

                if (end > maxFrameBytes)
                    return 0;
                if (!TryTakeUsual(ref Unsafe.Add(ref first, line), line, end - line, bytes.Length - line, ref frame.Fields))
                {
                    var text = bytes[line..end];
                    var name = FieldLine.Parse(text, out var valueStart);
                    if (line == 0 && skipIgnored && name is FieldName.Ignored)
                        return 0;
                    frame.Fields.Take(name, text[valueStart..], line + valueStart, ref retry);
                }

                line = next;
            }

            block += LineEnds.Block;
        }

        // Not even a line, which may be one that is skipped; or more than is allowed.
        return line == 0 || bytes.Length > maxFrameBytes ? 0 : -line;
    }

    // A name with a colon and a space.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeUsual(ref byte text, int line, int length, int readable, ref FrameFields fields)
    {
        if (readable < 7)
            return false;
        var name = Unsafe.ReadUnaligned<uint>(ref text);
        if (name == MemoryMarshal.Read<uint>("data"u8)
            && Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref text, 4)) == MemoryMarshal.Read<ushort>(": "u8))
        {
            fields.TakeData(line + 6, length - 6);
            return true;
        }

        if (name == MemoryMarshal.Read<uint>("id: "u8))
        {
            // An id of up to 16 bytes is looked through for NUL at once.
            if (length > 4 + 16 || readable < 4 + 16)
                return false;
            var nuls = Vector128.Equals(Vector128.LoadUnsafe(ref text, 4), Vector128<byte>.Zero).ExtractMostSignificantBits();
            if (BitOperations.TrailingZeroCount(nuls) < length - 4)
                return false;
            fields.TakeId(line + 4, length - 4);
            return true;
        }

        if (name == MemoryMarshal.Read<uint>("even"u8)
            && Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, 3)) == MemoryMarshal.Read<uint>("nt: "u8))
        {
            fields.TakeType(line + 7, length - 7);
            return true;
        }

        return false;
    }
}
