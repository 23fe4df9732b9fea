using System.Globalization;

namespace LoadTests.Clients;

/// <summary>The head of an answer, as far as a client of streams looks at it.</summary>
/// <param name="Text">Status line and field lines.</param>
internal readonly record struct ResponseHead(string Text)
{
    // After HTTP/1.1 or HTTP/2 and a space.
    public int Status => Text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space && Text.Length >= space + 4
        && int.TryParse(Text.AsSpan(space + 1, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;

    public bool IsEventStream => Value("Content-Type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public bool IsChunked => Value("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Null for a body that ends with the connection.</summary>
    public int? ContentLength => int.TryParse(Value("Content-Length"), CultureInfo.InvariantCulture, out var length) ? length : null;

    public TimeSpan? RetryAfter => int.TryParse(Value("Retry-After"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A stream, or one that is over at once to tell when to come back, is what was asked for.</summary>
    /// <exception cref="StreamRefusedException">There is no stream now.</exception>
    /// <exception cref="IOException">It is something else.</exception>
    public void RequireStream()
    {
        if (Status is 429 or 503)
        {
            throw new StreamRefusedException(Status, RetryAfter);
        }

        if (Status != 200 || !IsEventStream)
        {
            throw new IOException("the answer is no stream: " + Text.ReplaceLineEndings(" | "));
        }
    }

    /// <summary>A field's value; null without it.</summary>
    public string? Value(string name)
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
