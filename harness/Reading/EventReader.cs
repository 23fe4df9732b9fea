using System.Globalization;
using System.Numerics;
using System.Text;

namespace SseGateway.Harness.Reading;

/// <summary>
/// HTML Standard, section 9.2.6, step by step and without any thought for speed, fed piece by piece: what all others are compared with. It
/// shares no code with the gateway.
/// </summary>
internal sealed class EventReader
{
    private readonly List<byte> _line = [];
    private readonly StringBuilder _data = new();
    private bool _afterCr;
    private bool _begun;
    private string _type = "";
    private string _idBuffer = "";

    /// <summary>Everything dispatched so far.</summary>
    public List<SseEvent> Events { get; } = [];

    /// <summary>Comments, without their colon.</summary>
    public List<string> Comments { get; } = [];

    /// <summary>What a reconnecting client would send.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>Milliseconds; null until the stream has set it.</summary>
    public int? Retry { get; private set; }

    /// <summary>Whether the stream stands at the beginning of a line, with nothing of an event before it.</summary>
    public bool AtBlockBoundary { get; private set; } = true;

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            switch (b)
            {
                case (byte)'\n' when _afterCr:
                    _afterCr = false;
                    continue;
                case (byte)'\n' or (byte)'\r':
                    EndLine();
                    break;
                default:
                    _line.Add(b);
                    AtBlockBoundary = false;
                    break;
            }

            _afterCr = b == '\r';
        }
    }

    /// <summary>What all bytes of a stream mean.</summary>
    public static EventReader ReadAll(ReadOnlySpan<byte> stream)
    {
        var reader = new EventReader();
        reader.Feed(stream);
        return reader;
    }

    private void EndLine()
    {
        if (!_begun)
        {
            _begun = true;
            if (_line is [0xEF, 0xBB, 0xBF, ..])
            {
                _line.RemoveRange(0, 3);
            }
        }

        var line = Encoding.UTF8.GetString(_line.ToArray());
        _line.Clear();
        if (line.Length == 0)
        {
            Dispatch();
            return;
        }

        if (line[0] == ':')
        {
            Comments.Add(line[1..]);
            AtBlockBoundary = _data.Length == 0 && _type.Length == 0;
            return;
        }

        AtBlockBoundary = false;
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        Take(name, value.StartsWith(' ') ? value[1..] : value);
    }

    private void Take(string name, string value)
    {
        switch (name)
        {
            case "data":
                _data.Append(value).Append('\n');
                break;
            case "event":
                _type = value;
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _idBuffer = value;
                break;
            case "retry" when value.Length > 0 && value.All(char.IsAsciiDigit):
                Retry = (int)BigInteger.Min(BigInteger.Parse(value, CultureInfo.InvariantCulture), int.MaxValue);
                break;
            default:
                break;
        }
    }

    private void Dispatch()
    {
        LastEventId = _idBuffer;
        if (_data.Length > 0)
        {
            Events.Add(new SseEvent(_type.Length == 0 ? "message" : _type, _data.ToString(0, _data.Length - 1), LastEventId));
        }

        _data.Clear();
        _type = "";
        AtBlockBoundary = true;
    }
}
