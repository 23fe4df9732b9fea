using System.Text;

namespace Protocol.Tests;

/// <summary>
/// The HTML Standard, 9.2.6, step by step and without any thought for speed, from a whole stream: the oracle for fuzzing.
/// </summary>
internal static class ReferenceReader
{
    public static (List<ReadEvent> Events, string LastEventId, int? Retry) Read(byte[] stream)
    {
        var events = new List<ReadEvent>();
        var (data, type, idBuffer, lastEventId, retry) = (new StringBuilder(), "", "", "", (int?)null);
        foreach (var line in Lines(stream))
        {
            if (line.Length == 0)
            {
                lastEventId = idBuffer;
                if (data.Length > 0)
                    events.Add(new ReadEvent(type.Length == 0 ? "message" : type, data.ToString(0, data.Length - 1), lastEventId));
                data.Clear();
                type = "";
                continue;
            }
            var colon = line.IndexOf(':');
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' '))
                value = value[1..];
            switch (name)
            {
                case "data":
                    data.Append(value).Append('\n');
                    break;
                case "event":
                    type = value;
                    break;
                case "id" when !value.Contains('\0'):
                    idBuffer = value;
                    break;
                case "retry" when value.Length > 0 && value.All(char.IsAsciiDigit):
                    retry = (int)System.Numerics.BigInteger.Min(System.Numerics.BigInteger.Parse(value), int.MaxValue);
                    break;
            }
        }
        return (events, lastEventId, retry);
    }

    // Only lines that end: what is left at the end of the stream is dropped.
    private static IEnumerable<string> Lines(byte[] stream)
    {
        var text = Encoding.UTF8.GetString(stream);
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        for (var start = 0; ;)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            if (end < 0)
                yield break;
            yield return text.Substring(start, end);
            start += end + (text.AsSpan(start + end).StartsWith("\r\n") ? 2 : 1);
        }
    }
}
