using System.Globalization;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>One request at the stream server and the answer that a case writes to it, step by step.</summary>
internal abstract class OriginExchange
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The request's head as received; <c>Target</c> is raw.</summary>
    public abstract MessageHead Request { get; }

    /// <summary><c>HTTP/1.0</c>, <c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public abstract string Protocol { get; }

    /// <summary>The number of the connection it came on.</summary>
    public abstract int Connection { get; }

    /// <summary>Milliseconds since the case began at which the head was there.</summary>
    public double ArrivedMs { get; init; }

    /// <summary>Completes when the peer has closed the connection or reset the stream, with the milliseconds at which that was seen and how.</summary>
    public abstract Task<(double Ms, Arrival How)> PeerClosed { get; }

    /// <summary>Set once the answer is complete: the next request may be read from the connection.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Reads the next bytes of the request's body; zero bytes are the end, and then the ending is set.</summary>
    public abstract Task<(int Count, Ending? Ending)> ReadBodyAsync(Memory<byte> into, CancellationToken cancellation);

    /// <summary>Sends a head with exactly these field lines (<c>Name: value</c>, one character a byte).</summary>
    public abstract Task SendHeadAsync(int status, IReadOnlyList<string> fields, CancellationToken cancellation);

    /// <summary>Sends bytes of the body in one write, framed as the head has said.</summary>
    public abstract Task SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>Sends bytes to the connection as they are.</summary>
    /// <exception cref="NotSupportedException">Not over HTTP/2.</exception>
    public abstract Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Ends the body cleanly.</summary>
    /// <param name="trailers">Field lines after the last chunk.</param>
    /// <param name="cancellation">The case's.</param>
    public abstract Task EndAsync(IReadOnlyList<string> trailers, CancellationToken cancellation);

    /// <summary>FIN, whatever the framing still promised; over HTTP/2 a reset of the stream.</summary>
    public abstract void Cut();

    /// <summary>TCP reset, or RST_STREAM with INTERNAL_ERROR.</summary>
    public abstract void Reset();

    /// <summary>Sends the head of an event stream: 200, <c>text/event-stream</c>, and the given extra field lines.</summary>
    public Task StartStreamAsync(CancellationToken cancellation, params string[] fields) =>
        SendHeadAsync(200, ["Content-Type: text/event-stream", "Cache-Control: no-store", .. ChunkedField, .. fields], cancellation);

    public Task SendAsync(string text, CancellationToken cancellation) => SendAsync(Bytes.Utf8(text), cancellation);

    public Task EndAsync(CancellationToken cancellation) => EndAsync([], cancellation);

    /// <summary>Sends a whole answer with its length.</summary>
    public async Task AnswerAsync(int status, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellation, params string[] fields)
    {
        string[] entity = contentType is null ? [] : [$"Content-Type: {contentType}"];
        string[] length = status is 204 or 304 or < 200 ? [] : [$"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}"];
        await SendHeadAsync(status, [.. entity, .. length, .. fields], cancellation);
        if (body.Length > 0 && Request.Method != "HEAD")
        {
            await SendAsync(body, cancellation);
        }

        await EndAsync([], cancellation);
    }

    /// <summary>The rest of the request's body and how it ended.</summary>
    public async Task<(byte[] Body, Ending Ending)> ReadBodyToEndAsync(CancellationToken cancellation)
    {
        var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var (count, ending) = await ReadBodyAsync(buffer, cancellation);
            if (ending is { } end)
            {
                return (body.ToArray(), end);
            }

            body.Write(buffer, 0, count);
        }
    }

    /// <summary>Waits until the peer has closed its side, without a further write.</summary>
    /// <returns>Milliseconds since the case began at which it was seen.</returns>
    /// <exception cref="NotSeenException">It did not.</exception>
    public async Task<double> WaitForPeerCloseAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var (ms, _) = await Patience.ForAsync(token => PeerClosed.WaitAsync(token), "the target to close its connection to the origin", limit, cancellation);
        return ms;
    }

    /// <summary>The answer is complete, although no method here ended it.</summary>
    public void Finish() => _finished.TrySetResult();

    /// <summary>The field that has a body framed in chunks; none where the protocol does it by itself.</summary>
    protected abstract IReadOnlyList<string> ChunkedField { get; }
}
