namespace SseGateway.Protocol;

/// <summary>
/// Finds the blocks ("frames") of an event stream in bytes that arrive cut anywhere, as the HTML Standard, 9.2.6, says, without copying,
/// decoding or allocating.
/// </summary>
/// <remarks>
/// <para>The caller owns the buffer. Each call gets all bytes that were received and not yet consumed; after each call the caller drops the
/// first <c>consumed</c> bytes and, on <see cref="FrameScanStatus.Incomplete"/>, adds new ones at the end before it calls again. The scanner
/// remembers how far it got, so a byte is looked at once however small the pieces are.</para>
/// <para>A CR that completes a blank line gives the frame at once; an LF that turns up after it belongs to that line end and to nothing else.
/// At the end of the stream whatever is still incomplete is to be dropped: it is no event and moves no id.</para>
/// <para>A mutable struct: keep it in a field or a local, pass it by reference, do not copy it.</para>
/// </remarks>
public struct FrameScanner
{
    /// <summary>The limit that is used when none is given: 1 MiB.</summary>
    public const int DefaultMaxFrameBytes = 1024 * 1024;

    private readonly int _maxFrameBytes;
    private readonly bool _skipIgnored;
    private FrameFields _fields;
    // Both count from the first unconsumed byte, which is where the open block starts.
    private int _line;
    private int _scanned;
    private int? _retry;
    private bool _isOpen;
    private bool _pastMark;
    private bool _afterCarriageReturn;
    private bool _inIgnoredLine;
    private bool _tooLarge;

    /// <summary>Starts at the beginning of a stream. The default value is the same with the default limit.</summary>
    /// <param name="maxFrameBytes">The largest frame, in bytes without the two line ends at its end; 64 or more.</param>
    /// <param name="skipIgnored">False: every block that is not empty is a frame, whole, comments and unknown fields included, and all its bytes
    /// count for the limit. True: only blocks with data or an id are frames, and comments and unknown fields before the first field that
    /// counts are consumed as they arrive, so they need no buffer and are not limited.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxFrameBytes"/> is under 64.</exception>
    public FrameScanner(int maxFrameBytes, bool skipIgnored = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrameBytes, 64);
        _maxFrameBytes = maxFrameBytes;
        _skipIgnored = skipIgnored;
    }

    /// <summary>The largest frame, in bytes without the two line ends at its end.</summary>
    public readonly int MaxFrameBytes => _maxFrameBytes == 0 ? DefaultMaxFrameBytes : _maxFrameBytes;

    /// <summary>
    /// The last valid <c>retry</c> value of the stream so far in milliseconds, capped at <see cref="int.MaxValue"/>, or null. Counts from the end of
    /// its line on, even if its block never ends (9.2.6 processes a field when its line is read).
    /// </summary>
    public readonly int? RetryMilliseconds => _retry;

    /// <summary>Looks for the end of the next frame.</summary>
    /// <param name="bytes">All bytes received and not yet consumed: those of the last call without the consumed ones, then new ones.</param>
    /// <param name="frame">The frame, when there is one: slices of <paramref name="bytes"/>.</param>
    /// <param name="consumed">How many of the first bytes are done with, whatever is returned. Those of <paramref name="frame"/> are among them.</param>
    public FrameScanStatus TryRead(ReadOnlySpan<byte> bytes, out Frame frame, out int consumed)
    {
        frame = default;
        consumed = 0;
        if (_tooLarge)
            return FrameScanStatus.TooLarge;
        if (!_pastMark && !SkipMark(bytes))
            return FrameScanStatus.Incomplete;

        if ((_isOpen || _line == 0) && !_afterCarriageReturn && !_inIgnoredLine)
        {
            if (_isOpen)
                frame.Fields = _fields;
            var read = OpenFrame.Read(bytes, _line, _scanned, MaxFrameBytes, _skipIgnored, ref _retry, ref frame);
            if (read > 0)
            {
                if (_isOpen)
                    _fields = default;
                _isOpen = false;
                _line = _scanned = 0;
                consumed = read;
                return FrameScanStatus.Frame;
            }

            var fields = frame.Fields;
            frame = default;
            if (read < 0)
            {
                _fields = fields;
                _isOpen = true;
                _line = -read;
                _scanned = bytes.Length;
                return FrameScanStatus.Incomplete;
            }
        }

        return ReadLines(bytes, out frame, out consumed);
    }

    private FrameScanStatus ReadLines(ReadOnlySpan<byte> bytes, out Frame frame, out int consumed)
    {
        frame = default;
        consumed = 0;
        var start = 0;
        var line = _line;
        var position = _scanned;
        while (true)
        {
            if (_afterCarriageReturn)
            {
                if (line == bytes.Length)
                    break;
                _afterCarriageReturn = false;
                if (bytes[line] == '\n')
                    position = ++line;
            }

            var length = bytes[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0)
            {
                position = bytes.Length;
                break;
            }
            var end = position + length;
            var next = end + 1;
            if (bytes[end] == '\r')
            {
                if (next == bytes.Length)
                    _afterCarriageReturn = true;
                else if (bytes[next] == '\n')
                    next++;
            }

            if (_inIgnoredLine)
            {
                _inIgnoredLine = false;
            }
            else if (end > line)
            {
                var text = bytes[line..end];
                var name = FieldLine.Parse(text, out var valueStart);
                if (!_isOpen && (name is not FieldName.Ignored || !_skipIgnored))
                {
                    _isOpen = true;
                    start = line;
                }
                if (_isOpen && end - start > MaxFrameBytes)
                    return Refuse();
                _fields.Take(name, text[valueStart..], line + valueStart - start, ref _retry);
            }
            else if (_isOpen)
            {
                var fields = _fields;
                _fields = default;
                _isOpen = false;
                if (fields.MatterAtTheEnd || !_skipIgnored)
                {
                    _line = _scanned = 0;
                    frame = new Frame(bytes[start..next], fields);
                    consumed = next;
                    return FrameScanStatus.Frame;
                }
            }
            line = position = next;
        }

        if (!_isOpen)
            start = line;
        if (bytes.Length > line)
        {
            _inIgnoredLine |= _skipIgnored && !_isOpen && FieldLine.IsIgnoredForSure(bytes[line..]);
            if (_inIgnoredLine)
                start = line = position = bytes.Length;
            else if (bytes.Length - start > MaxFrameBytes)
                return Refuse();
        }
        consumed = start;
        _line = line - start;
        _scanned = position - start;
        return FrameScanStatus.Incomplete;
    }

    // Checked at the end of a line or inside one, never between the two line ends of a frame: so any split of the bytes gives the same answer.
    private FrameScanStatus Refuse()
    {
        _tooLarge = true;
        return FrameScanStatus.TooLarge;
    }

    private bool SkipMark(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (bytes.Length < mark.Length && mark.StartsWith(bytes))
            return false;
        _pastMark = true;
        _line = _scanned = bytes.StartsWith(mark) ? mark.Length : 0;
        return true;
    }
}
