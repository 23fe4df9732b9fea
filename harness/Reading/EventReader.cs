using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace SseGateway.Harness.Reading;

/// <summary>
/// Reads an event stream piece by piece, by the letter of the HTML Standard, 9.2.5 and 9.2.6, and notes what it finds on the way.
/// A CR ends its line at once; an LF right behind it belongs to it.
/// </summary>
/// <remarks>What all others are compared with: it shares no code with the gateway, nor with the library of its frames.</remarks>
/// <param name="mostKept">How much is kept of a line, in bytes, and of an event's data, in characters; what is longer is cut off and noted.</param>
internal sealed class EventReader(int mostKept = int.MaxValue)
{
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';

    private readonly List<byte> _line = [];
    private readonly StringBuilder _data = new();
    private bool _hasData;
    private string _type = "";
    private string _idBuffer = "";
    private bool _ownId;
    private bool _fieldsRead;
    private bool _afterCr;
    private bool _firstLine = true;

    public StreamNotes Notes { get; } = new();

    /// <summary>The event source's last event id string: it moves with a dispatch only.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>Whether the last block has begun and its blank line has not come.</summary>
    public bool IsInsideBlock => _line.Count > 0 || _hasData || _type.Length > 0 || _ownId;

    /// <summary>Whether the stream stands at the beginning of a line, with no field since the last blank one: no bytes of an event lie open.</summary>
    public bool AtBlockBoundary => _line.Count == 0 && !_fieldsRead;

    /// <summary>Lines of data since the last dispatch.</summary>
    public int PendingDataLines { get; private set; }

    /// <summary>Reads the next bytes.</summary>
    /// <returns>The events that they complete.</returns>
    public IReadOnlyList<SseEvent> Read(ReadOnlySpan<byte> bytes)
    {
        var events = new List<SseEvent>();
        while (bytes.Length > 0)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (bytes[0] == Lf)
                {
                    Notes.LinesEndedByCr--;
                    Notes.LinesEndedByCrLf++;
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = bytes.IndexOfAny(Cr, Lf);
            Keep(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                break;
            }

            _afterCr = bytes[end] == Cr;
            if (_afterCr)
            {
                Notes.LinesEndedByCr++;
            }
            else
            {
                Notes.LinesEndedByLf++;
            }

            EndLine(events);
            bytes = bytes[(end + 1)..];
        }

        return events;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = mostKept - _line.Count;
        if (bytes.Length > room)
        {
            Notes.Oversized++;
            bytes = bytes[..Math.Max(room, 0)];
        }

        _line.AddRange(bytes);
    }

    private void EndLine(List<SseEvent> events)
    {
        var line = Decode();
        _line.Clear();
        if (line.Length == 0)
        {
            Dispatch(events);
            return;
        }

        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0)
        {
            Notes.Comments++;
            _fieldsRead = _hasData || _type.Length > 0;
            return;
        }

        _fieldsRead = true;
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? "" : line[(colon + 1)..];
        Process(name, value is [' ', ..] ? value[1..] : value);
    }

    // 9.2.6: one leading BOM is taken off the stream, then it is UTF-8 with replacement. A line can be decoded by itself: CR and LF are
    // never part of a longer sequence.
    private string Decode()
    {
        var bytes = CollectionsMarshal.AsSpan(_line);
        if (_firstLine)
        {
            _firstLine = false;
            if (bytes.StartsWith("\uFEFF"u8))
            {
                Notes.StartsWithBom = true;
                bytes = bytes[3..];
            }
        }

        Notes.InvalidLines += Utf8.IsValid(bytes) ? 0 : 1;
        return Encoding.UTF8.GetString(bytes);
    }

    private void Process(string name, string value)
    {
        switch (name)
        {
            case "event":
                _type = value;
                break;
            case "data":
                AppendData(value);
                break;
            case "id" when value.Contains('\0', StringComparison.Ordinal):
                Notes.IdsWithNul++;
                break;
            case "id":
                _idBuffer = value;
                _ownId = true;
                break;
            case "retry" when value.Length > 0 && value.All(char.IsAsciiDigit):
                Notes.RetryMs = long.TryParse(value, out var retry) ? retry : long.MaxValue;
                break;
            case "retry":
                Notes.InvalidRetry = value;
                break;
            default:
                Notes.AddUnknownField(name.Length > 40 ? name[..40] + "…" : name);
                break;
        }
    }

    private void AppendData(string value)
    {
        PendingDataLines++;
        _hasData = true;
        if (value.Length >= mostKept - _data.Length)
        {
            Notes.Oversized++;
            value = "";
        }

        if (_data.Length < mostKept)
        {
            _data.Append(value).Append('\n');
        }
    }

    private void Dispatch(List<SseEvent> events)
    {
        LastEventId = _idBuffer;
        if (_hasData)
        {
            Notes.Events++;
            Notes.EventsWithOwnId += _ownId ? 1 : 0;
            events.Add(new SseEvent(_type.Length == 0 ? "message" : _type, _data.ToString(0, _data.Length - 1), LastEventId));
        }
        else if (_type.Length > 0)
        {
            Notes.BlocksWithoutData++;
        }

        _data.Clear();
        PendingDataLines = 0;
        (_hasData, _type, _ownId, _fieldsRead) = (false, "", false, false);
    }
}
