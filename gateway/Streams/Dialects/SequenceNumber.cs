namespace SseGateway.Streams.Dialects;

/// <summary>
/// Looks in the bytes of a stream of numbered events, cut anywhere, for the last <c>"sequence_number"</c>. In a text the quotes of the name would be escaped,
/// so that it is always a name.
/// </summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it.</remarks>
internal struct SequenceNumber
{
    // Longer ones are no count of events.
    private const int MostDigits = 18;

    private int _matched;
    private int _digits;
    private long _value;

    /// <summary>The last one that was complete; null when there was none.</summary>
    public long? Last { get; private set; }

    private static ReadOnlySpan<byte> Name => "\"sequence_number\":"u8;

    /// <summary>Takes note of the next bytes.</summary>
    public void Look(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            if (_matched == 0)
            {
                var quote = chunk.IndexOf((byte)'"');
                if (quote < 0)
                {
                    return;
                }

                chunk = chunk[quote..];
            }

            Take(chunk[0]);
            chunk = chunk[1..];
        }
    }

    private void Take(byte one)
    {
        if (_matched < Name.Length)
        {
            // A quote begins a name, whatever the one before was.
            _matched = one == Name[_matched] ? _matched + 1 : one == '"' ? 1 : 0;
        }
        else if (one is >= (byte)'0' and <= (byte)'9' && _digits < MostDigits)
        {
            _value = (_value * 10) + (one - '0');
            _digits++;
        }
        else if (_digits > 0 || one is not ((byte)' ' or (byte)'\t'))
        {
            if (_digits > 0 && one is (byte)',' or (byte)'}' or (byte)' ' or (byte)'\r' or (byte)'\n')
            {
                Last = _value;
            }

            (_matched, _digits, _value) = (one == '"' ? 1 : 0, 0, 0);
        }
    }
}
