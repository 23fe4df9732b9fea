namespace SseGateway.Transport.Client;

/// <summary>Takes the chunked transfer coding (RFC 9112 section 7.1) off a body, in whatever pieces it comes, in place.</summary>
internal struct ChunkedBody
{
    // As much as the HTTP handler allows for the extensions of one chunk; trailer fields are dropped, and their sum is bounded too.
    private const int MaxLine = 16 * 1024;
    private const int MaxTrailer = 64 * 1024;

    private Part _part;
    private bool _hasDigits;
    private int _skipped;
    private long _left;

    private enum Part : byte
    {
        Size,
        Blank,
        Extension,
        SizeLineFeed,
        Data,
        DataEnd,
        DataLineFeed,
        TrailerLine,
        Trailer,
        EndLineFeed,
        Ended,
        Malformed,
    }

    /// <summary>True when the last chunk and the trailer have come.</summary>
    public readonly bool Ended => _part == Part.Ended;

    /// <summary>True when it is not that coding from here on.</summary>
    public readonly bool Malformed => _part == Part.Malformed;

    /// <summary>Takes the next bytes; what several chunks hold of the body comes together. After the end there is nothing more.</summary>
    /// <param name="bytes">The bytes as received; changed.</param>
    /// <returns>Where among them the body's bytes are now.</returns>
    public Range Decode(Span<byte> bytes)
    {
        var (start, length) = (0, 0);
        for (var index = 0; index < bytes.Length && _part < Part.Ended;)
        {
            if (_part != Part.Data)
            {
                Next(bytes[index++]);
                continue;
            }

            var piece = (int)Math.Min(_left, bytes.Length - index);
            if (length == 0)
            {
                start = index;
            }
            else
            {
                bytes.Slice(index, piece).CopyTo(bytes[(start + length)..]);
            }

            index += piece;
            length += piece;
            _left -= piece;
            if (_left == 0)
            {
                _part = Part.DataEnd;
            }
        }

        return start..(start + length);
    }

    private void Next(byte one)
    {
        switch (_part)
        {
            case Part.Size when char.IsAsciiHexDigit((char)one) && _left <= long.MaxValue >> 4:
                _left = (_left << 4) | (uint)HexValue(one);
                _hasDigits = true;
                break;
            case Part.Size when !_hasDigits:
                _part = Part.Malformed;
                break;
            case Part.Size or Part.Blank when one is (byte)' ' or (byte)'\t':
                _part = Part.Blank;
                Skip(MaxLine);
                break;
            case Part.Size or Part.Blank when one == ';':
                _part = Part.Extension;
                break;
            case Part.Size or Part.Blank or Part.Extension when one == '\r':
                _part = Part.SizeLineFeed;
                break;
            case Part.Size or Part.Blank or Part.Extension or Part.SizeLineFeed when one == '\n':
                _part = _left == 0 ? Part.TrailerLine : Part.Data;
                (_hasDigits, _skipped) = (false, 0);
                break;
            case Part.Extension:
                Skip(MaxLine);
                break;
            case Part.DataEnd when one == '\r':
                _part = Part.DataLineFeed;
                break;
            case Part.DataEnd or Part.DataLineFeed when one == '\n':
                _part = Part.Size;
                break;
            case Part.TrailerLine when one == '\r':
                _part = Part.EndLineFeed;
                break;
            case Part.TrailerLine or Part.EndLineFeed when one == '\n':
                _part = Part.Ended;
                break;
            case Part.TrailerLine or Part.Trailer:
                _part = one == '\n' ? Part.TrailerLine : Part.Trailer;
                Skip(MaxTrailer);
                break;
            default:
                _part = Part.Malformed;
                break;
        }
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private void Skip(int limit)
    {
        if (++_skipped > limit)
        {
            _part = Part.Malformed;
        }
    }
}
