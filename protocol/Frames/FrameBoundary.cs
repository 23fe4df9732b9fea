namespace SseGateway.Protocol;

/// <summary>
/// Tells a relay, which passes bytes on without holding frames, whether something of its own may be inserted after the bytes so far
/// without landing inside a line or a block.
/// </summary>
/// <remarks>
/// <para>Costs the same for every chunk, however long: the last three bytes decide, whatever came before them.</para>
/// <para>A blank line that ends in CR is complete (HTML Standard, 9.2.5), but the LF of a CRLF may still follow. Until the next byte
/// settles it <see cref="IsAtBoundary"/> is false and <see cref="IsLineFeedPending"/> true. So a stream that ends its lines in CR alone
/// never shows a boundary; who must insert there may do so while <see cref="IsLineFeedPending"/>: a reader takes the LF that then comes after
/// the insertion as one more blank line, which has no effect.</para>
/// <para>Before the first byte there is a boundary, but a byte order mark that comes after an insertion is no longer the stream's first
/// bytes: who inserts while <see cref="IsAtStart"/> has to drop a leading EF BB BF from what follows. Inside an unfinished byte order
/// mark there is no boundary; after a complete one there is.</para>
/// <para>A mutable struct: keep it in a field or a local, do not copy it. The default value is the start of a stream.</para>
/// </remarks>
public struct FrameBoundary
{
    private enum Position : byte
    {
        Start,
        OneByteOfMark,
        TwoBytesOfMark,
        InLine,
        LineStart,
        AfterCarriageReturn,
        Boundary,
        BoundaryAfterCarriageReturn,
    }

    private Position _position;

    /// <summary>True at the start of the stream and straight after a blank line whose line end is complete.</summary>
    public readonly bool IsAtBoundary => _position is Position.Start or Position.Boundary;

    /// <summary>True straight after a blank line that ended in CR: a boundary, unless the next byte is the LF of that line end.</summary>
    public readonly bool IsLineFeedPending => _position is Position.BoundaryAfterCarriageReturn;

    /// <summary>True while no byte has been seen.</summary>
    public readonly bool IsAtStart => _position is Position.Start;

    /// <summary>Takes note of the next bytes of the stream, cut off anywhere.</summary>
    /// <param name="chunk">The bytes as passed on; may be empty.</param>
    public void Advance(ReadOnlySpan<byte> chunk)
    {
        var position = _position;
        if (position <= Position.TwoBytesOfMark)
            position = SkipMark(position, ref chunk);
        if (chunk.Length > 3)
        {
            // From any position three bytes lead to the same one, so what it was before does not matter.
            chunk = chunk[^3..];
        }
        foreach (var value in chunk)
        {
            position = value switch
            {
                // In AfterCarriageReturn the LF only completes the CRLF of the line before.
                (byte)'\n' => position is Position.InLine or Position.AfterCarriageReturn ? Position.LineStart : Position.Boundary,
                (byte)'\r' => position is Position.InLine ? Position.AfterCarriageReturn : Position.BoundaryAfterCarriageReturn,
                _ => Position.InLine,
            };
        }
        _position = position;
    }

    private static Position SkipMark(Position position, ref ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        while (!chunk.IsEmpty)
        {
            if (chunk[0] != mark[(int)position])
                return position is Position.Start ? Position.Boundary : Position.InLine;
            chunk = chunk[1..];
            if (position is Position.TwoBytesOfMark)
                return Position.Boundary;
            position++;
        }
        return position;
    }
}
