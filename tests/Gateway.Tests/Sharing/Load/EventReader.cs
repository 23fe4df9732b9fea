using System.Buffers.Text;
using System.Text;

namespace Gateway.Tests.Sharing.Load;

/// <summary>Reads numbered events from the bytes of a chunked answer, cut anywhere, and allocates for heads and notices alone.</summary>
internal sealed class EventReader
{
    private enum State { Head, ChunkSize, Chunk, ChunkEnd }

    private readonly byte[] _line = new byte[512];
    private readonly StringBuilder _head = new();
    private ReadOnlyMemory<byte> _bytes;
    private State _state;
    private int _length;
    private int _chunk;
    private int _id;
    private bool _isNotice;
    private bool _hasData;
    private string _data = "";

    public bool HasHead => _state != State.Head;

    /// <summary>What the head said of the cursor; whoever has read it sets it to null.</summary>
    public string? Resume { get; set; }

    /// <summary>Begins with a new answer.</summary>
    public void Reset()
    {
        (_bytes, _state, _length, _id, _isNotice, _hasData) = (default, State.Head, 0, 0, false, false);
        _head.Clear();
    }

    /// <summary>Adds what has arrived. All that was there before has been read.</summary>
    public void Add(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Gives the next event.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="notice">The data of a <c>gateway.gap</c>, which it is then.</param>
    /// <returns>False when more has to arrive first.</returns>
    public bool TryRead(out int id, out string? notice)
    {
        (id, notice) = (0, null);
        var bytes = _bytes.Span;
        for (var i = 0; i < bytes.Length; i++)
        {
            var octet = bytes[i];
            switch (_state)
            {
                case State.Head:
                    _head.Append((char)octet);
                    if (octet == '\n' && _head.Length > 4 && _head[^3] == '\n') TakeHead();
                    break;
                case State.ChunkSize when octet == '\n':
                    if (!Utf8Parser.TryParse(_line.AsSpan(0, _length - 1), out _chunk, out _, 'x') || _chunk == 0) throw new InvalidDataException(
                        "the end of the body");
                    (_state, _length) = (State.Chunk, 0);
                    break;
                case State.ChunkEnd:
                    if (octet == '\n') _state = State.ChunkSize;
                    break;
                case State.Chunk:
                    if (--_chunk == 0) _state = State.ChunkEnd;
                    if (octet == '\n')
                    {
                        var line = _line.AsSpan(0, _length);
                        _length = 0;
                        if (!TakeLine(line)) break;
                        (id, notice) = (_id, _isNotice ? _data : null);
                        (_isNotice, _hasData) = (false, false);
                        _bytes = _bytes[(i + 1)..];
                        return true;
                    }
                    _line[_length++] = octet;
                    break;
                default:
                    _line[_length++] = octet;
                    break;
            }
        }

        _bytes = default;
        return false;
    }

    // True when the line ends an event.
    private bool TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return _hasData;
        if (line.StartsWith("id: "u8))
        {
            if (_isNotice) throw new InvalidDataException("a notice with an id");
            if (!Utf8Parser.TryParse(line[4..], out _id, out _)) throw new InvalidDataException(Encoding.UTF8.GetString(line));
        }
        else if (line.StartsWith("event: "u8))
        {
            if (!line.EndsWith("gateway.gap"u8)) throw new InvalidDataException(Encoding.UTF8.GetString(line));
            _isNotice = true;
        }
        else if (line.StartsWith("data: "u8))
        {
            _hasData = true;
            if (_isNotice) _data = Encoding.UTF8.GetString(line[6..]);
            else if (!Utf8Parser.TryParse(line[6..], out int data, out _) || data != _id) throw new InvalidDataException(
                $"id {_id} with {Encoding.UTF8.GetString(line)}");
        }
        return false;
    }

    private void TakeHead()
    {
        var head = _head.ToString();
        if (!head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) throw new InvalidDataException($"{head} {Encoding.UTF8.GetString(_bytes.Span)}");
        var resume = head.IndexOf("Sse-Resume: ", StringComparison.Ordinal) + "Sse-Resume: ".Length;
        Resume = head[resume..head.IndexOf('\r', resume)];
        (_state, _length) = (State.ChunkSize, 0);
    }
}
