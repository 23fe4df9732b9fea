namespace SseGateway.Relay;

/// <summary>
/// Looks in a stream's bytes, cut anywhere, for its first <c>id</c> field: who reads such a stream resumes by it, and so takes it apart line
/// by line (HTML Standard, 9.2.6).
/// </summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it.</remarks>
internal struct ShownId
{
    private enum Place : byte
    {
        Start,
        OneByteOfMark,
        TwoBytesOfMark,
        LineStart,
        AfterI,
        AfterId,
        InLine,
    }

    private Place _place;

    /// <summary>Takes note of the next bytes.</summary>
    /// <returns>True when the field's name is complete in them.</returns>
    public bool Look(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            if (_place == Place.InLine)
            {
                var end = chunk.IndexOfAny((byte)'\r', (byte)'\n');
                if (end < 0)
                {
                    return false;
                }

                _place = Place.LineStart;
                chunk = chunk[(end + 1)..];
                continue;
            }

            if (_place == Place.AfterId && chunk[0] is (byte)':' or (byte)'\r' or (byte)'\n')
            {
                return true;
            }

            _place = (_place, chunk[0]) switch
            {
                (Place.Start, 0xEF) => Place.OneByteOfMark,
                (Place.OneByteOfMark, 0xBB) => Place.TwoBytesOfMark,
                (Place.TwoBytesOfMark, 0xBF) => Place.LineStart,
                (_, (byte)'\r' or (byte)'\n') => Place.LineStart,
                (Place.Start or Place.LineStart, (byte)'i') => Place.AfterI,
                (Place.AfterI, (byte)'d') => Place.AfterId,
                _ => Place.InLine,
            };
            chunk = chunk[1..];
        }

        return false;
    }
}
