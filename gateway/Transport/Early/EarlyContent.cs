using System.Net;
using System.Net.Http.Headers;
using SseGateway.Protocol;

namespace SseGateway.Transport.Early;

/// <summary>The content of an answer that the gateway has begun itself.</summary>
internal sealed class EarlyContent : HttpContent
{
    private readonly LateBody _body;

    public EarlyContent(LateBody body)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue(EventStreamMediaType.Name);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(_body);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _body.CopyToAsync(stream);

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
