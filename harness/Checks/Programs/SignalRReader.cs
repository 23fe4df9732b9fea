using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Programs;

/// <summary>
/// Takes what .NET SignalR's clients take up to release 8 (aspnetcore, <c>ServerSentEventsMessageParser</c>), and nothing else: a line ends in LF;
/// it is a comment, the CRLF alone that ends a message, or <c>data: </c> with CRLF at its end.
/// </summary>
internal static class SignalRReader
{
    private const string Prefix = "data: ";

    /// <returns>The messages, and what ends the connection there; null when nothing does.</returns>
    public static (IReadOnlyList<string> Messages, string? Fault) Read(ReadOnlySpan<byte> body)
    {
        var (messages, data) = (new List<string>(), new List<string>());
        var text = Bytes.Text(body);
        for (var at = 0; text.IndexOf('\n', at) is >= 0 and var end; at = end + 1)
        {
            var line = text[at..(end + 1)];
            if (line.Length == 1)
            {
                return (messages, "a blank line that is LF alone is a FormatException");
            }

            if (line[0] == ':')
            {
                continue;
            }

            if (line == "\r\n")
            {
                if (data.Count > 0)
                {
                    messages.Add(string.Join('\n', data));
                    data.Clear();
                }
            }
            else if (!line.EndsWith("\r\n", StringComparison.Ordinal) || !line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                return (messages, $"a line other than \"data: \" with CRLF is a FormatException: {Bytes.Escape(Bytes.Of(line), 40)}");
            }
            else
            {
                data.Add(line[Prefix.Length..^2]);
            }
        }

        return (messages, null);
    }
}
