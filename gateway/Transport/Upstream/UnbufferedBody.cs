using System.Net;
using SseGateway.Transport.Client;

namespace SseGateway.Transport.Upstream;

/// <summary>
/// A request body whose parts go to the upstream as they come. The HTTP handler would hold small parts until 4 KB are together,
/// which stalls uploads that are conversations (catalogue 5.2.6).
/// </summary>
internal sealed class UnbufferedBody : HttpContent
{
    private readonly HttpContent _body;
    private readonly Action _sent;

    /// <param name="body">The body itself; its headers are taken over.</param>
    /// <param name="sent">Called when all of it has been sent.</param>
    public UnbufferedBody(HttpContent body, Action sent)
    {
        _body = body;
        _sent = sent;
        foreach (var (name, values) in body.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await _body.CopyToAsync(new FlushingStream(stream), context, cancellationToken);
        _sent();
    }

    // The length, where there is one, is in the headers.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
        }

        base.Dispose(disposing);
    }
}
