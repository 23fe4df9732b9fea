using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Upstream;

/// <summary>One request at the <see cref="ScriptedUpstream"/> and the answer the test writes to it, step by step.</summary>
internal sealed class UpstreamExchange(Socket socket, MessageReader reader, MessageHead request, int connection)
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The request's head as received.</summary>
    public MessageHead Request { get; } = request;

    /// <summary>The number of the connection it came on, from 1.</summary>
    public int Connection { get; } = connection;

    /// <summary>Set once the answer is complete, so that the next request may be read from the connection.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Sends the head of an event stream in chunks: 200, <c>text/event-stream</c>, and the given extra field lines.</summary>
    public Task StartStreamAsync(params string[] fields)
        => SendHeadAsync(200, ["Content-Type: text/event-stream", "Cache-Control: no-store", "Transfer-Encoding: chunked", .. fields]);

    /// <summary>Sends a head with exactly these field lines.</summary>
    public Task SendHeadAsync(int status, params string[] fields)
        => SendRawAsync($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} Scripted\r\n{string.Concat(fields.Select(f => f + "\r\n"))}\r\n");

    /// <summary>Sends a whole answer with Content-Length and is ready for the next request.</summary>
    public async Task AnswerAsync(int status, string contentType, string body, params string[] fields)
    {
        var length = Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture);
        string[] entity = contentType.Length > 0 ? [$"Content-Type: {contentType}", $"Content-Length: {length}"] : [$"Content-Length: {length}"];
        await SendHeadAsync(status, [.. entity, .. fields]);
        await SendRawAsync(Bytes.Utf8(body));
        Finish();
    }

    /// <summary>Sends one chunk (one write) of the body; chars are written as UTF-8.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one chunk (one write) of the body.</summary>
    public Task SendAsync(byte[] data)
        => data.Length == 0
            ? Task.CompletedTask
            : SendRawAsync((byte[])[.. Bytes.Exactly($"{data.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. data, 13, 10]);

    /// <summary>Sends bytes to the socket as they are, one char per byte.</summary>
    public Task SendRawAsync(string wire) => SendRawAsync(Bytes.Exactly(wire));

    /// <summary>Sends bytes to the socket as they are.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await Deadline.ForAsync(token => socket.SendAsync(bytes, SocketFlags.None, token), "the gateway to read")..];
        }
    }

    /// <summary>Ends a chunked body cleanly; the connection stays usable.</summary>
    public async Task EndAsync()
    {
        await SendRawAsync("0\r\n\r\n");
        Finish();
    }

    /// <summary>FIN, whatever the body's framing still promised.</summary>
    public void Cut()
    {
        socket.Shutdown(SocketShutdown.Both);
        socket.Close();
        Finish();
    }

    /// <summary>TCP reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        Finish();
    }

    /// <summary>The request's body, read until exactly these bytes have come (so a streamed body can be followed part by part).</summary>
    public async Task ExpectBodyAsync(string expected)
    {
        var got = new StringBuilder();
        while (got.Length < expected.Length)
        {
            var buffer = new byte[expected.Length - got.Length];
            var (count, ending) = await Deadline.ForAsync(
                async token => await reader.ReadBodyAsync(buffer, token), $"request body at the upstream: {expected}");
            Assert.True(ending is null, $"The request's body ended ({ending}) after: {got}");
            got.Append(Bytes.Text(buffer.AsSpan(0, count)));
        }
        Assert.Equal(expected, got.ToString());
    }

    /// <summary>The rest of the request's body and how it ended.</summary>
    public async Task<(byte[] Body, BodyEnding Ending)> ReadBodyToEndAsync()
    {
        var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var (count, ending) = await Deadline.ForAsync(async token => await reader.ReadBodyAsync(buffer, token), "the request's body at the upstream");
            if (ending is { } end) return (body.ToArray(), end);
            body.Write(buffer, 0, count);
        }
    }

    /// <summary>
    /// Waits until the gateway has closed its side of the connection, without writing anything, and says how long that took in the test's
    /// output (a busy machine's clock proves nothing, so it is printed and not asserted).
    /// </summary>
    /// <param name="patience">How long that may take; null is as long as everything else.</param>
    public async Task<Arrival> WaitForPeerCloseAsync(TimeSpan? patience = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        var arrival = await Deadline.ForAsync(
            async token => await reader.ReadUntilClosedAsync(token), "the gateway to close its upstream connection", patience);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"upstream saw the close ({arrival}) after {TimeProvider.System.GetElapsedTime(since).TotalMilliseconds:0} ms");
        Finish();
        return arrival;
    }

    /// <summary>Says that the answer is complete although no method here ended it.</summary>
    public void Finish() => _finished.TrySetResult();

    /// <summary>Closes the connection of an exchange that nobody goes on with.</summary>
    public void Abandon()
    {
        socket.Dispose();
        Finish();
    }
}
