namespace SseGateway.Streams.Dialects;

/// <summary>
/// Looks in the bytes of a Durable Streams read, cut anywhere, for its <c>control</c> events. Each follows the <c>data</c> that it has the next
/// offset of: a client whose stream ends in between asks for the same data again.
/// </summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it.</remarks>
internal struct ControlEvent
{
    private const int NoMatch = -1;

    private int _matched;
    private bool _spaced;
    private bool _lineBegun;
    private bool _frameBegun;
    private bool _isControl;
    private bool _afterCarriageReturn;

    /// <summary>True while an event without its <c>control</c> has passed.</summary>
    public bool IsMissing { get; private set; }

    // The space after the colon is optional (HTML Standard, 9.2.6).
    private static ReadOnlySpan<byte> TypeLine => "event:control"u8;

    private static int Colon => "event:"u8.Length;

    /// <summary>Takes note of the next bytes.</summary>
    public void Look(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            var one = chunk[0];
            if (one is (byte)'\r' or (byte)'\n')
            {
                if (!_afterCarriageReturn || one == '\r')
                {
                    EndLine();
                }

                _afterCarriageReturn = one == '\r';
                chunk = chunk[1..];
                continue;
            }

            _afterCarriageReturn = false;
            _frameBegun |= !_lineBegun && one != ':';
            _lineBegun = true;
            if (_matched == NoMatch)
            {
                var end = chunk.IndexOfAny((byte)'\r', (byte)'\n');
                chunk = end < 0 ? default : chunk[end..];
                continue;
            }

            Match(one);
            chunk = chunk[1..];
        }
    }

    private void Match(byte one)
    {
        if (one == ' ' && _matched == Colon && !_spaced)
        {
            _spaced = true;
        }
        else
        {
            _matched = _matched < TypeLine.Length && one == TypeLine[_matched] ? _matched + 1 : NoMatch;
        }
    }

    private void EndLine()
    {
        if (_lineBegun)
        {
            _isControl |= _matched == TypeLine.Length;
        }
        else if (_frameBegun)
        {
            IsMissing = !_isControl;
            (_frameBegun, _isControl) = (false, false);
        }

        (_lineBegun, _matched, _spaced) = (false, 0, false);
    }
}
