using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace NumberedUpstream;

/// <summary>
/// One client and its events, 500 a second, their number as id and data. On <c>/resumes</c> they go on after <c>Last-Event-ID</c>; on any other path they
/// begin with a number that says which run of the process this is.
/// </summary>
internal sealed partial class EventConnection(Socket socket)
{
    private const int EventsAtOnce = 5;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    public async Task ServeAsync(int first)
    {
        socket.NoDelay = true;
        try
        {
            var head = await ReadHeadAsync();
            var next = first;
            if (head.StartsWith("GET /resumes", StringComparison.Ordinal))
            {
                next = LastEventId().Match(head) is { Success: true } cursor ? int.Parse(cursor.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1 : 1;
            }

            await SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            using var timer = new PeriodicTimer(Period);
            while (await timer.WaitForNextTickAsync())
            {
                var events = new StringBuilder();
                for (var i = 0; i < EventsAtOnce; i++, next++)
                {
                    events.Append(CultureInfo.InvariantCulture, $"id: {next}\ndata: {next}\n\n");
                }

                // In chunks: without them the end of a killed process would be the end of its answer.
                await SendAsync(string.Create(CultureInfo.InvariantCulture, $"{events.Length:x}\r\n{events}\r\n"));
            }
        }
        catch (SocketException)
        {
            // The client has left.
            socket.Dispose();
        }
    }

    private async Task<string> ReadHeadAsync()
    {
        var (head, buffer) = (new StringBuilder(), new byte[4096]);
        do
        {
            var count = await socket.ReceiveAsync(buffer);
            if (count == 0)
            {
                throw new SocketException((int)SocketError.Disconnecting);
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal));
        return head.ToString();
    }

    private async Task SendAsync(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.ASCII.GetBytes(text);
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest)..];
        }
    }

    [GeneratedRegex("^Last-Event-ID: ([0-9]+)\r$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex LastEventId();
}
