using System.Net.Sockets;
using System.Text;

namespace Protocol.Tests.Server;

/// <summary>One connection with one request, answered byte by byte as a test wants it.</summary>
internal sealed class Exchange(Socket socket, RecordedRequest request, CancellationToken cancellationToken)
{
    public RecordedRequest Request => request;

    public async Task RawAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
    }

    public Task RawAsync(string text) => RawAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a head. <c>Connection: close</c> in all of them, so that each request has a connection of its own.</summary>
    public Task HeadAsync(int status, params string[] headers) =>
        RawAsync($"HTTP/1.1 {status} Because\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    public Task StreamHeadAsync() => HeadAsync(200, "Content-Type: text/event-stream", "Cache-Control: no-store", "Transfer-Encoding: chunked");

    public Task ChunkAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return RawAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);
    }

    public Task LastChunkAsync() => RawAsync("0\r\n\r\n");

    /// <summary>A whole stream with a regular end.</summary>
    public async Task StreamAsync(string body)
    {
        await StreamHeadAsync();
        if (body.Length > 0)
            await ChunkAsync(body);
        await LastChunkAsync();
    }

    /// <summary>A whole answer with a length.</summary>
    public Task AnswerAsync(int status, string contentType, string body, params string[] headers) =>
        AnswerAsync(status, body, [$"Content-Type: {contentType}", .. headers]);

    public async Task AnswerAsync(int status, string body, string[] headers)
    {
        await HeadAsync(status, [.. headers, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"]);
        await RawAsync(body);
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Waits until the client has closed its side, by FIN or RST.</summary>
    public async Task PeerCloseAsync()
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is a close too.
        }
    }
}
