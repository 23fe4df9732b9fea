using SseGateway.Configuration.Settings;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Dialects;
using SseGateway.Transport.Upstream;

namespace SseGateway.Transport.Requests;

/// <summary>A request's body as it is, with somebody who reads along.</summary>
internal sealed class PeekedBody(Stream body, RequestPeek peek) : ReadOnlyStream
{
    /// <summary>
    /// Has the body of a request read along where the end of its stream may have to name it, as the Model Context Protocol's has, and where its stream may be
    /// begun before the service says that it is one.
    /// </summary>
    public static void Watch(HttpContext context, RouteSettings route)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(route);
        var name = HttpMethods.IsPost(context.Request.Method) && DialectSigns.Of(context) == Dialect.Mcp ? JsonRpcId.Name
            : route.OpenAfter > TimeSpan.Zero && EarlyOpening.IsSaidInBody(context) ? RequestPeek.Stream
            : null;
        if (name is not null)
        {
            var peek = new RequestPeek(name);
            context.Features.Set(peek);
            context.Request.Body = new PeekedBody(context.Request.Body, peek);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = body.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return WaitAsync(read, buffer);
        }

        var count = read.Result;
        peek.Look(buffer.Span[..count]);
        return new ValueTask<int>(count);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        var count = await read;
        peek.Look(buffer.Span[..count]);
        return count;
    }
}
