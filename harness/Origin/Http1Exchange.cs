using System.Globalization;
using System.Net.Sockets;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>A request over HTTP/1 on a raw socket.</summary>
internal sealed class Http1Exchange(
    Socket socket, Stream stream, MessageReader reader, WireLine line, MessageHead request, int connection, WireTap tap) : OriginExchange
{
    private readonly Lock _lock = new();
    private Task<(double Ms, Arrival How)>? _peerClosed;
    private BodyFraming _framing = BodyFraming.UntilClose;

    public override MessageHead Request { get; } = request;

    public override string Protocol => Request.StartLine.EndsWith("/1.0", StringComparison.Ordinal) ? "HTTP/1.0" : "HTTP/1.1";

    public override int Connection { get; } = connection;

    /// <summary>Whether the next request may come on the same connection.</summary>
    public bool KeepsConnection { get; private set; }

    public override Task<(double Ms, Arrival How)> PeerClosed
    {
        get
        {
            lock (_lock)
            {
                return _peerClosed ??= WatchAsync();
            }
        }
    }

    // RFC 9112, 6.1: no chunks for who asks in HTTP/1.0, as nginx does as it comes; the connection's end is the body's.
    protected override IReadOnlyList<string> ChunkedField => Protocol == "HTTP/1.0" ? [] : ["Transfer-Encoding: chunked"];

    public override Task<(int Count, Ending? Ending)> ReadBodyAsync(Memory<byte> into, CancellationToken cancellation) =>
        reader.ReadBodyAsync(into, cancellation);

    public override Task SendHeadAsync(int status, IReadOnlyList<string> fields, CancellationToken cancellation)
    {
        var head = $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} {(status == 200 ? "OK" : "Scripted")}\r\n"
            + $"{string.Concat(fields.Select(field => field + "\r\n"))}\r\n";
        if (status >= 200)
        {
            var parsed = MessageHead.Parse(head.TrimEnd('\r', '\n'));
            _framing = parsed.IsChunked
                ? BodyFraming.Chunked : parsed.ContentLength is not null || status is 204 or 304 ? BodyFraming.Length : BodyFraming.UntilClose;
        }

        return SendRawAsync(Bytes.Of(head), cancellation);
    }

    public override Task SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (body.Length == 0)
        {
            return Task.CompletedTask;
        }

        return SendRawAsync(
            _framing == BodyFraming.Chunked
                ? (byte[])[.. Bytes.Of($"{body.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. body.Span, 13, 10] : body, cancellation);
    }

    public override async Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        line.Sent(bytes.Span);
        await stream.WriteAsync(bytes, cancellation);
    }

    public override async Task EndAsync(IReadOnlyList<string> trailers, CancellationToken cancellation)
    {
        switch (_framing)
        {
            case BodyFraming.Chunked or BodyFraming.Length when Request.Method == "HEAD":
                KeepsConnection = true;
                break;
            case BodyFraming.Chunked:
                await SendRawAsync(Bytes.Of($"0\r\n{string.Concat(trailers.Select(field => field + "\r\n"))}\r\n"), cancellation);
                KeepsConnection = true;
                break;
            case BodyFraming.Length:
                KeepsConnection = true;
                break;
            default:
                line.Note("closed (FIN)");
                socket.Shutdown(SocketShutdown.Send);
                await LingerAsync();
                break;
        }

        Finish();
    }

    public override void Cut()
    {
        try
        {
            line.Note("cut (FIN)");
            socket.Shutdown(SocketShutdown.Both);
            socket.Close();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        Finish();
    }

    public override void Reset()
    {
        try
        {
            line.Note("reset (RST)");
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        Finish();
    }

    // Until the peer has closed too: closing first, with bytes of it unread, would make a reset of the FIN.
    private async Task LingerAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await PeerClosed.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It keeps its side open.
        }
    }

    private async Task<(double Ms, Arrival How)> WatchAsync()
    {
        while (true)
        {
            var arrival = await reader.LookAheadAsync(CancellationToken.None);
            if (arrival != Arrival.Bytes)
            {
                return (tap.Ms, arrival);
            }

            // More of a body, or a next request: not an end. Looked at again when somebody has read it.
            await Task.Delay(10);
        }
    }
}
