namespace SseGateway.Transport.Client;

/// <summary>
/// Finds where the head of an HTTP/1.1 answer ends, in whatever pieces it comes. An interim answer (1xx; RFC 9110 section 15.2) is a head
/// before the head. Lines end as the HTTP handler takes them to: in LF, with or without CR.
/// </summary>
internal struct HeadEnd
{
    // "HTTP/1.1 103": where the status begins.
    private const int StatusOffset = 9;

    private int _offset;
    private int _lineLength;
    private bool _interim;

    /// <summary>True once the end was found.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <returns>How many of them belong to the head; all of them while its end is not found.</returns>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            var one = bytes[index];
            if (_offset++ == StatusOffset)
            {
                _interim = one == '1';
            }

            if (one == '\n')
            {
                if (_lineLength == 0 && !_interim)
                {
                    Found = true;
                    return index + 1;
                }

                if (_lineLength == 0)
                {
                    _offset = 0;
                }

                _lineLength = 0;
            }
            else if (one != '\r')
            {
                _lineLength++;
            }
        }

        return bytes.Length;
    }
}
