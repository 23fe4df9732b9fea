namespace SseGateway.Protocol;

/// <summary>
/// Tells a relay, which passes bytes on without holding frames, whether something of its own may be inserted after the bytes so far
/// without landing inside a line or a block.
/// </summary>
/// <remarks>
/// <para>Looks at line ends only, which are searched for many bytes at a time.</para>
/// <para>A blank line that ends in CR is complete (HTML Standard, 9.2.5), but the LF of a CRLF may still follow. Until the next byte
/// settles it <see cref="IsAtBoundary"/> is false and <see cref="IsLineFeedPending"/> true. So a stream that ends its lines in CR alone
/// never shows a boundary; who must insert there may do so while <see cref="IsLineFeedPending"/>: a reader takes the LF that then comes after
/// the insertion as one more blank line, which has no effect. Who may as well wait looks at <see cref="EndsLinesInCarriageReturn"/>.</para>
/// <para>A block of nothing but comments dispatches nothing (HTML Standard, 9.2.6), so a frame may stand in it too
/// (<see cref="IsAfterComments"/>): some services ping with a comment line and never send the blank one.</para>
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
        Boundary,
        // The LF of a CRLF may follow, from here on.
        AfterCarriageReturn,
        BoundaryAfterCarriageReturn,
    }

    private Position _position;

    // Since the last blank line there was a line that is no comment.
    private bool _hasField;
    private LineEnd? _lastLineEnd;

    /// <summary>True at the start of the stream and straight after a blank line whose line end is complete.</summary>
    public readonly bool IsAtBoundary => _position is Position.Start or Position.Boundary;

    /// <summary>
    /// True where a line begins: at a boundary, and inside a frame after a line end that is complete. A whole comment line may stand there
    /// (HTML Standard, 9.2.5). Straight after a CR it is false, since the LF of a CRLF may follow.
    /// </summary>
    public readonly bool IsAtLineStart => _position is Position.Start or Position.LineStart or Position.Boundary;

    /// <summary>True straight after a blank line that ended in CR: a boundary, unless the next byte is the LF of that line end.</summary>
    public readonly bool IsLineFeedPending => _position is Position.BoundaryAfterCarriageReturn;

    /// <summary>
    /// True straight after a CR when the line end before it was a CR without LF: such a stream ends its lines in CR alone, and no LF is to be
    /// expected.
    /// </summary>
    public readonly bool EndsLinesInCarriageReturn => _position >= Position.AfterCarriageReturn && _lastLineEnd is LineEnd.CarriageReturn;

    /// <summary>
    /// True straight after a line when all lines since the last blank one are comments: a frame may stand here as well as after a blank line.
    /// When the line ended in CR, the LF of a CRLF may still follow.
    /// </summary>
    public readonly bool IsAfterComments => _position is (Position.LineStart or Position.AfterCarriageReturn) && !_hasField;

    /// <summary>The line end that the stream has shown last; null before its first. A CR is settled by the byte after it.</summary>
    public readonly LineEnd? LastLineEnd => _lastLineEnd;

    /// <summary>True while no byte has been seen.</summary>
    public readonly bool IsAtStart => _position is Position.Start;

    /// <summary>Takes note of the next bytes of the stream, cut off anywhere.</summary>
    /// <param name="chunk">The bytes as passed on; may be empty.</param>
    /// <returns>How many frames ended in these bytes: blocks of at least one line, comments included. Further blank lines count nothing.</returns>
    public int Advance(ReadOnlySpan<byte> chunk)
    {
        var (position, hasField, lastLineEnd) = (_position, _hasField, _lastLineEnd);
        if (position <= Position.TwoBytesOfMark)
        {
            position = SkipMark(position, ref chunk);
            hasField = position is Position.InLine;
        }
        var frames = 0;
        while (!chunk.IsEmpty)
        {
            var lineEnd = chunk.IndexOfAny((byte)'\r', (byte)'\n');
            if (lineEnd != 0)
            {
                if (position is not Position.InLine)
                {
                    hasField |= chunk[0] != ':';
                    if (position >= Position.AfterCarriageReturn)
                        lastLineEnd = LineEnd.CarriageReturn;
                }
                position = Position.InLine;
                if (lineEnd < 0)
                    break;
            }
            // A blank line straight after a line ends a frame.
            if (chunk[lineEnd] == '\n')
            {
                if (position is Position.LineStart)
                    frames++;
                // After a CR the LF only completes the CRLF of that line.
                lastLineEnd = position >= Position.AfterCarriageReturn ? LineEnd.CarriageReturnLineFeed : LineEnd.LineFeed;
                position = position is Position.InLine or Position.AfterCarriageReturn ? Position.LineStart : Position.Boundary;
            }
            else
            {
                if (position is Position.LineStart or Position.AfterCarriageReturn)
                    frames++;
                if (position >= Position.AfterCarriageReturn)
                    lastLineEnd = LineEnd.CarriageReturn;
                position = position is Position.InLine ? Position.AfterCarriageReturn : Position.BoundaryAfterCarriageReturn;
            }
            hasField &= position is Position.LineStart or Position.AfterCarriageReturn;
            chunk = chunk[(lineEnd + 1)..];
        }
        (_position, _hasField, _lastLineEnd) = (position, hasField, lastLineEnd);
        return frames;
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
