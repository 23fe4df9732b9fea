namespace SseGateway.Streams.Dialects;

/// <summary>
/// Looks in the bytes of one JSON object, cut anywhere, for the value of one of its own names: a number, a text or a word. Nothing is kept but that value,
/// and nothing is looked at twice.
/// </summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it. What is no JSON object has no value; no error is made of it.</remarks>
internal struct TopLevelValue(byte[] name)
{
    // JSON-RPC ids are counters and UUIDs.
    internal const int MostBytes = 128;

    private enum Place : byte
    {
        Start,
        BeforeName,
        InName,
        AfterName,
        BeforeValue,
        InValue,
        Over,
    }

    private readonly byte[] _name = name;
    private Place _place;
    private int _depth;
    private bool _inText;
    private bool _escaped;
    private int _matched;
    private bool _isIt;
    private byte[]? _value;
    private int _length;

    /// <summary>The value as it stood there, a text with its quotes; null while it has not come.</summary>
    public ReadOnlyMemory<byte>? Value { get; private set; }

    /// <summary>Takes note of the next bytes.</summary>
    /// <returns>False when there is nothing more to be looked for.</returns>
    public bool Look(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty && _place != Place.Over)
        {
            if (_inText && !_escaped && _place == Place.InValue && (!_isIt || _depth > 0))
            {
                // Texts are most of a body.
                var end = chunk.IndexOfAny((byte)'"', (byte)'\\');
                if (end < 0)
                {
                    return true;
                }

                chunk = chunk[end..];
            }

            Take(chunk[0]);
            chunk = chunk[1..];
        }

        return _place != Place.Over;
    }

    private void Take(byte one)
    {
        switch (_place)
        {
            case Place.InName:
                TakeOfName(one);
                return;
            case Place.InValue:
                TakeOfValue(one);
                return;
        }

        if (one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            return;
        }

        switch (_place, one)
        {
            case (Place.Start, (byte)'{'):
                _place = Place.BeforeName;
                return;
            case (Place.BeforeName, (byte)'"'):
                (_place, _matched, _escaped) = (Place.InName, 0, false);
                return;
            case (Place.AfterName, (byte)':'):
                _place = Place.BeforeValue;
                return;
            case (Place.BeforeValue, _):
                (_place, _length) = (Place.InValue, 0);
                TakeOfValue(one);
                return;
            default:
                _place = Place.Over;
                return;
        }
    }

    private void TakeOfName(byte one)
    {
        if (_escaped || one == '\\')
        {
            // Nobody escapes a letter of theirs.
            (_escaped, _matched) = (!_escaped, -1);
        }
        else if (one == '"')
        {
            (_place, _isIt) = (Place.AfterName, _matched == _name.Length);
        }
        else
        {
            _matched = _matched >= 0 && _matched < _name.Length && one == _name[_matched] ? _matched + 1 : -1;
        }
    }

    private void TakeOfValue(byte one)
    {
        if (_inText)
        {
            Keep(one);
            (_inText, _escaped) = (_escaped || one != '"', !_escaped && one == '\\');
            return;
        }

        switch (one)
        {
            case (byte)'"':
                _inText = true;
                Keep(one);
                return;
            case (byte)'{' or (byte)'[':
                // No id, and none that could be shown.
                (_depth, _isIt) = (_depth + 1, false);
                return;
            case (byte)'}' or (byte)']' when _depth > 0:
                _depth--;
                return;
            case (byte)',' or (byte)'}' or (byte)']' when _depth == 0:
                End();
                _place = _place == Place.Over || one != ',' ? Place.Over : Place.BeforeName;
                return;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return;
            default:
                Keep(one);
                return;
        }
    }

    private void Keep(byte one)
    {
        if (!_isIt || _depth > 0)
        {
            return;
        }

        if (_length == MostBytes)
        {
            _isIt = false;
            return;
        }

        (_value ??= new byte[MostBytes])[_length++] = one;
    }

    private void End()
    {
        if (_isIt && _length > 0)
        {
            Value = _value.AsMemory(0, _length);
            _place = Place.Over;
        }
    }
}
