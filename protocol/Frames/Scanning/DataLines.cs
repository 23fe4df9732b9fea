namespace SseGateway.Protocol;

/// <summary>The values of a frame's data lines, in order, as slices of the caller's bytes. Use it in <c>foreach</c>.</summary>
public ref struct DataLines
{
    private ReadOnlySpan<byte> _rest;
    private int _left;

    internal DataLines(ReadOnlySpan<byte> fromFirstValue, int lines)
    {
        _rest = fromFirstValue;
        _left = lines;
        Current = default;
    }

    /// <summary>The value of one data line, without its line end. May be empty.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly DataLines GetEnumerator() => this;

    /// <summary>Goes to the next data line.</summary>
    /// <returns>False after the last one.</returns>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        _left--;
        // The rest begins with the value of a data line: true at the start, and set up so below.
        Current = TakeLine();
        if (_left == 0)
            return true;
        while (true)
        {
            var line = PeekLine();
            if (!line.IsEmpty && FieldLine.Parse(line, out var valueStart) is FieldName.Data)
            {
                _rest = _rest[valueStart..];
                return true;
            }
            TakeLine();
        }
    }

    private readonly ReadOnlySpan<byte> PeekLine()
    {
        var end = _rest.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? _rest : _rest[..end];
    }

    private ReadOnlySpan<byte> TakeLine()
    {
        var line = PeekLine();
        var next = line.Length + (_rest[line.Length..].StartsWith("\r\n"u8) ? 2 : 1);
        _rest = _rest[Math.Min(next, _rest.Length)..];
        return line;
    }
}
