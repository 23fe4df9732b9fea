using System.Globalization;

namespace Gateway.Tests.Wire;

/// <summary>The head of an HTTP/1.1 message exactly as received: start line and fields in order, one char per byte.</summary>
internal sealed record MessageHead(string StartLine, IReadOnlyList<KeyValuePair<string, string>> Fields, string Raw)
{
    /// <summary>Method of a request line.</summary>
    public string Method => StartLine.Split(' ')[0];

    /// <summary>Target of a request line.</summary>
    public string Target => StartLine.Split(' ')[1];

    /// <summary>Status of a status line.</summary>
    public int Status => int.Parse(StartLine.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>All values of the field lines with this name, in order.</summary>
    public IReadOnlyList<string> Values(string name)
        => [.. Fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];

    /// <summary>The value of the only line with this name, or null without one.</summary>
    /// <exception cref="InvalidOperationException">More than one such line.</exception>
    public string? Value(string name) => Values(name) switch
    {
        [] => null,
        [var one] => one,
        _ => throw new InvalidOperationException($"{name} more than once in:\n{Raw}"),
    };

    /// <summary>The members of a comma-separated field over all its lines.</summary>
    public IReadOnlyList<string> Members(string name)
        => [.. Values(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public bool Has(string name) => Values(name).Count > 0;

    public bool IsChunked => Members("Transfer-Encoding") is [.., var last] && last.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    public long? ContentLength => Value("Content-Length") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Parses the bytes of a head without its closing blank line.</summary>
    public static MessageHead Parse(string raw)
    {
        var lines = raw.Split("\r\n");
        var fields = new List<KeyValuePair<string, string>>(lines.Length);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw new FormatException($"not a field line: {line}");
            fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }
        return new MessageHead(lines[0], fields, raw);
    }
}
