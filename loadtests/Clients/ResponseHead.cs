using System.Globalization;

namespace LoadTests.Clients;

/// <summary>The head of an answer, as far as a client of streams looks at it.</summary>
/// <param name="Text">Status line and field lines.</param>
internal readonly record struct ResponseHead(string Text)
{
    public int Status => Text.Length >= 12 && int.TryParse(Text.AsSpan(9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;

    public bool IsEventStream => Value("Content-Type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public bool IsChunked => Value("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Null for a body that ends with the connection.</summary>
    public int? ContentLength => int.TryParse(Value("Content-Length"), CultureInfo.InvariantCulture, out var length) ? length : null;

    public TimeSpan? RetryAfter => int.TryParse(Value("Retry-After"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private string? Value(string name)
    {
        var start = Text.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        start += name.Length + 3;
        var end = Text.IndexOf("\r\n", start, StringComparison.Ordinal);
        return (end < 0 ? Text[start..] : Text[start..end]).Trim();
    }
}
