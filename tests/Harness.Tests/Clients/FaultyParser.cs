using System.Globalization;
using System.Text;
using SseGateway.Harness.ClientTests.Judging;

namespace Harness.Tests.Clients;

/// <summary>A parser as clients have them, with a fault or without.</summary>
internal sealed class FaultyParser(Fault fault, string lastEventId, Action<ClientReport> report)
{
    private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder _line = new();
    private readonly List<string> _data = [];
    private bool _begun;
    private bool _afterCr;
    private bool _hasCr;
    private string _type = "";
    private string _id = lastEventId;

    /// <summary>What the next request carries.</summary>
    public string LastEventId { get; private set; } = lastEventId;

    public int? Retry { get; private set; }

    public int Events { get; private set; }

    /// <summary>Tells whether the application wants no more.</summary>
    public Func<int, bool> Enough { get; init; } = _ => false;

    public bool IsClosed { get; private set; }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length + 2];
        var length = fault == Fault.DecodesEachChunk ? Encoding.UTF8.GetChars(bytes, text) : _decoder.GetChars(bytes, text, flush: false);
        foreach (var c in text.AsSpan(0, length))
        {
            if (!_begun)
            {
                _begun = true;
                if (c == '\uFEFF')
                {
                    continue;
                }
            }

            if (c == '\n' && _afterCr)
            {
                _afterCr = false;
                continue;
            }

            _afterCr = c == '\r' && fault != Fault.SplitsOnLfOnly;
            _hasCr |= _afterCr;
            var isLineEnd = c == '\n' && !(fault == Fault.KeepsToTheFirstLineEnd && _hasCr);
            if (isLineEnd || _afterCr)
            {
                var line = _line.ToString();
                _line.Clear();
                Take(fault == Fault.SplitsOnLfOnly && line.EndsWith('\r') ? line[..^1] : line);
            }
            else
            {
                _line.Append(c);
            }
        }
    }

    public void End()
    {
        if (fault == Fault.DispatchesAtTheEnd)
        {
            if (_line.Length > 0)
            {
                Take(_line.ToString());
            }

            Dispatch();
        }
    }

    private void Take(string line)
    {
        if (line.Length == 0)
        {
            Dispatch();
            return;
        }

        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        value = fault == Fault.TrimsValues ? value.Trim() : value.StartsWith(' ') ? value[1..] : value;
        switch (name)
        {
            case "data":
                _data.Add(value);
                break;
            case "event":
                _type = value;
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _id = value;
                LastEventId = fault == Fault.MovesTheIdWithItsLine ? value : LastEventId;
                break;
            case "retry" when value.Length > 0 && value.All(char.IsAsciiDigit):
                Retry = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : int.MaxValue;
                report(new ClientReport(ReportKind.Retry) { Retry = Retry });
                break;
            default:
                break;
        }
    }

    private void Dispatch()
    {
        LastEventId = _id;
        if (_data.Count > 0 && !IsClosed)
        {
            report(new ClientReport(ReportKind.Event) { Type = _type.Length == 0 ? "message" : _type, Data = string.Join('\n', _data), Id = LastEventId });
            IsClosed = Enough(++Events);
        }

        _data.Clear();
        _type = fault == Fault.KeepsTheType ? _type : "";
    }
}
