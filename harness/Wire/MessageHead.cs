using System.Globalization;

namespace SseGateway.Harness.Wire;

/// <summary>The head of an HTTP message: start line and fields in order, one character a byte.</summary>
/// <param name="StartLine">Request or status line; for HTTP/2 made from the pseudo fields.</param>
/// <param name="Fields">Names as received.</param>
internal sealed record MessageHead(string StartLine, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>All bytes of it without the blank line; empty where it was not read from an HTTP/1.1 connection.</summary>
    public string Raw { get; init; } = "";

    public string Method => StartLine.Split(' ')[0];

    /// <summary>Everything between the first and the last space of a request line.</summary>
    public string Target => StartLine.IndexOf(' ') is var first && StartLine.LastIndexOf(' ') is var last && last > first ? StartLine[(first + 1)..last] : "";

    public int Status => StartLine.Split(' ') is [_, var status, ..] && int.TryParse(status, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>All values of the field lines with this name, in order.</summary>
    public IReadOnlyList<string> Values(string name) =>
        [.. Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    /// <summary>The field lines with this name as one comma list (RFC 9110, section 5.2); null without any.</summary>
    public string? Combined(string name) => Values(name) is { Count: > 0 } values ? string.Join(", ", values) : null;

    /// <summary>The value of the only field line with this name; null without one.</summary>
    /// <exception cref="InvalidOperationException">There are more of them.</exception>
    public string? Value(string name) => Values(name) switch
    {
        [] => null,
        [var one] => one,
        _ => throw new InvalidOperationException($"{name} more than once in:\n{Raw}"),
    };

    /// <summary>The members of a comma-separated field over all its lines.</summary>
    public IReadOnlyList<string> Members(string name) =>
        [.. Values(name).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public bool Has(string name) => Values(name).Count > 0;

    public bool IsChunked => Members("Transfer-Encoding") is [.., var last] && last.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    public long? ContentLength => long.TryParse(Values("Content-Length") is [var first, ..] ? first : null, NumberStyles.None, CultureInfo.InvariantCulture,
        out var length) ? length : null;

    /// <summary>Takes the bytes of a head, without its blank line, as they are: what is no field line becomes a field without a value.</summary>
    public static MessageHead Parse(string raw)
    {
        var lines = raw.Split("\r\n");
        var fields = new List<KeyValuePair<string, string>>(lines.Length);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add(colon < 0 ? new(line, "") : new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return new MessageHead(lines[0], fields) { Raw = raw };
    }
}
