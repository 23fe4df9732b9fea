using System.Buffers;
using System.Net.Http.Headers;

namespace SseGateway.Protocol;

/// <summary>Compares the essence of a content type with <c>text/event-stream</c>, parameters left aside (HTML Standard, 9.2.2; MIME Sniffing, 4).</summary>
public static class EventStreamMediaType
{
    /// <summary>The essence, in lower case.</summary>
    public const string Name = "text/event-stream";

    private static readonly SearchValues<char> NotInToken = SearchValues.Create(" \t\"(),:<=>?@[\\]{}");

    /// <summary>The Content-Type header as sent, several joined by a comma; null for none.</summary>
    /// <param name="response">The answer; its head is enough.</param>
    public static string? Raw(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values) ? values.ToString() : null;

    /// <summary>True for an event stream; of several values the last valid one counts (Fetch, "extract a MIME type").</summary>
    /// <param name="contentType">The header's value; null for none.</param>
    public static bool IsEventStream(string? contentType)
    {
        if (contentType is null)
            return false;
        var result = false;
        foreach (var value in SplitValues(contentType))
        {
            var semicolon = value.IndexOf(';');
            var essence = value.AsSpan(0, semicolon < 0 ? value.Length : semicolon).Trim(" \t\r\n");
            if (IsValid(essence))
                result = essence.Equals(Name, StringComparison.OrdinalIgnoreCase);
        }
        return result;
    }

    private static bool IsValid(ReadOnlySpan<char> essence)
    {
        var slash = essence.IndexOf('/');
        return slash > 0 && slash < essence.Length - 1 && !essence.Equals("*/*", StringComparison.Ordinal)
            && !essence.ContainsAny(NotInToken) && !essence[(slash + 1)..].Contains('/');
    }

    private static IEnumerable<string> SplitValues(string contentType)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i < contentType.Length; i++)
        {
            switch (contentType[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    i++;
                    break;
                case ',' when !quoted:
                    yield return contentType[start..i];
                    start = i + 1;
                    break;
            }
        }
        yield return contentType[start..];
    }
}
