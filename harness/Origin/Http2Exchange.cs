using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Origin;

/// <summary>A request over HTTP/2.</summary>
internal sealed class Http2Exchange : OriginExchange
{
    private const int InternalError = 2;

    private readonly HttpContext _context;
    private readonly WireTap _tap;
    private readonly WireLine _line;
    private readonly TaskCompletionSource<(double Ms, Arrival How)> _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Http2Exchange(HttpContext context, WireTap tap)
    {
        (_context, _tap, _line) = (context, tap, new WireLine(tap, "origin"));
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var fields = context.Request.Headers
            .Where(field => !field.Key.StartsWith(':'))
            .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")));
        Request = new MessageHead($"{context.Request.Method} {target} HTTP/2", [.. fields]);
        _line.Received(Bytes.Of(Show(Request)));
        ArrivedMs = tap.Ms;
        context.RequestAborted.Register(() =>
        {
            _line.Note("peer left the stream");
            _peerClosed.TrySetResult((_tap.Ms, Arrival.Reset));
        });
    }

    public override MessageHead Request { get; }

    public override string Protocol => "HTTP/2";

    public override int Connection =>
        _context.Features.Get<IConnectionItemsFeature>() is { } items && items.Items.TryGetValue("number", out var number) && number is int found ? found : 0;

    public override Task<(double Ms, Arrival How)> PeerClosed => _peerClosed.Task;

    protected override IReadOnlyList<string> ChunkedField => [];

    public override async Task<(int Count, Ending? Ending)> ReadBodyAsync(Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            var count = await _context.Request.Body.ReadAsync(into, cancellation);
            return count > 0 ? (count, null) : (0, Ending.Clean);
        }
        catch (IOException)
        {
            return (0, Ending.Reset);
        }
    }

    public override async Task SendHeadAsync(int status, IReadOnlyList<string> fields, CancellationToken cancellation)
    {
        var response = _context.Response;
        response.StatusCode = status;
        foreach (var field in fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (!field.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)
                && !field.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.Append(field[..colon], field[(colon + 1)..].Trim());
            }
        }

        _line.Sent(Bytes.Of($"{status.ToString(CultureInfo.InvariantCulture)}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n"));
        await response.StartAsync(cancellation);
        await response.BodyWriter.FlushAsync(cancellation);
    }

    public override async Task SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        _line.Sent(body.Span);
        await _context.Response.BodyWriter.WriteAsync(body, cancellation);
    }

    public override Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        throw new NotSupportedException("no raw bytes over HTTP/2");

    public override Task EndAsync(IReadOnlyList<string> trailers, CancellationToken cancellation)
    {
        foreach (var trailer in trailers)
        {
            var colon = trailer.IndexOf(':', StringComparison.Ordinal);
            _context.Response.AppendTrailer(trailer[..colon], trailer[(colon + 1)..].Trim());
        }

        Finish();
        return Task.CompletedTask;
    }

    public override void Cut() => Reset();

    public override void Reset() => Reset(InternalError);

    /// <summary>RST_STREAM.</summary>
    /// <param name="code">RFC 9113, section 7.</param>
    public void Reset(int code)
    {
        if (Finished.IsCompleted)
        {
            return;
        }

        _line.Note($"reset (RST_STREAM {code})");
        _context.Features.Get<IHttpResetFeature>()?.Reset(code);
        Finish();
    }

    /// <summary>GOAWAY: streams that are open go on, no new one may begin.</summary>
    public void GoAway()
    {
        _line.Note("going away (GOAWAY)");
        _context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    private static string Show(MessageHead head)
    {
        var text = new StringBuilder(head.StartLine).Append("\r\n");
        foreach (var (name, value) in head.Fields)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return text.Append("\r\n").ToString();
    }
}
