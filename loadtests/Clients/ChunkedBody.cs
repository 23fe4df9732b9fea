namespace LoadTests.Clients;

/// <summary>Takes the framing of a chunked body (RFC 9112, section 7.1) out of bytes that arrive cut anywhere.</summary>
internal struct ChunkedBody
{
    private enum Position : byte
    {
        Size,
        Extension,
        Content,
        ContentEnd,
        TrailerStart,
        Trailer,
        Complete,
    }

    private Position _position;
    private long _left;

    /// <summary>True when the last chunk and the trailer were seen: the body is whole.</summary>
    public readonly bool IsComplete => _position is Position.Complete;

    /// <summary>Moves the content among the next bytes to their beginning.</summary>
    /// <returns>How many bytes of content.</returns>
    /// <exception cref="InvalidDataException">A chunk's size is no number.</exception>
    public int Unwrap(Span<byte> bytes)
    {
        var content = 0;
        var i = 0;
        while (i < bytes.Length && !IsComplete)
        {
            if (_position is Position.Content)
            {
                var length = (int)Math.Min(_left, bytes.Length - i);
                bytes.Slice(i, length).CopyTo(bytes[content..]);
                content += length;
                i += length;
                _left -= length;
                _position = _left == 0 ? Position.ContentEnd : Position.Content;
            }
            else
            {
                Step(bytes[i++]);
            }
        }

        return content;
    }

    private void Step(byte next)
    {
        switch (_position)
        {
            case Position.Size when char.IsAsciiHexDigit((char)next):
                _left = (_left * 16) + (char.IsAsciiDigit((char)next) ? next - '0' : (next | 0x20) - 'a' + 10);
                break;
            case Position.Size when next is (byte)'\r' or (byte)';':
                _position = Position.Extension;
                break;
            case Position.Size:
                throw new InvalidDataException("A chunk without a size.");
            case Position.Extension when next == '\n':
                _position = _left == 0 ? Position.TrailerStart : Position.Content;
                break;
            case Position.ContentEnd when next == '\n':
                _position = Position.Size;
                break;
            case Position.TrailerStart:
                _position = next == '\n' ? Position.Complete : next == '\r' ? Position.TrailerStart : Position.Trailer;
                break;
            case Position.Trailer when next == '\n':
                _position = Position.TrailerStart;
                break;
        }
    }
}
