using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>An answer of the target over HTTP/2.</summary>
internal sealed class Http2Answer : TargetAnswer
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly WireLine _line;

    public Http2Answer(
        HttpResponseMessage response, Stream body, WireLine line, MessageHead head, double headMs, WireTap tap, CancellationToken cancellation)
        : base(tap, cancellation)
    {
        (_response, _body, _line) = (response, body, line);
        Begin(head, [], headMs);
    }

    /// <summary>Trailer fields; whole once the body has ended.</summary>
    public IReadOnlyList<string> Trailers => [.. _response.TrailingHeaders.Select(trailer => $"{trailer.Key}: {string.Join(", ", trailer.Value)}")];

    /// <summary>Leaves the stream (RST_STREAM with CANCEL); the connection stays.</summary>
    public void Leave()
    {
        _line.Note("left the stream");
        _response.Dispose();
    }

    public override void Dispose() => _response.Dispose();

    protected override async Task<(int Count, Ending? Ending)> PullAsync(Memory<byte> into, CancellationToken token)
    {
        try
        {
            var count = await _body.ReadAsync(into, token);
            if (count == 0)
            {
                _line.Note("END_STREAM");
                return (0, Results.Ending.Clean);
            }

            _line.Received(into.Span[..count]);
            return (count, null);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or ObjectDisposedException)
        {
            _line.Note($"stream broken ({broken.GetBaseException().Message})");
            return (0, broken is HttpProtocolException ? Results.Ending.Reset : Results.Ending.Unclean);
        }
    }
}
