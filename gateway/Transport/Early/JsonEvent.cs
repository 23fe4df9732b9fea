using SseGateway.Transport.Upstream;

namespace SseGateway.Transport.Early;

/// <summary>
/// A JSON body as the one event of a stream. Between its tokens line ends are spaces as good as others, and within them there are none (RFC 8259).
/// </summary>
internal sealed class JsonEvent(Stream json) : ReadOnlyStream
{
    private static readonly byte[] Begin = "data: "u8.ToArray();
    private static readonly byte[] End = "\n\n"u8.ToArray();

    private ReadOnlyMemory<byte> _around = Begin;
    private bool _over;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_around.IsEmpty && !_over)
        {
            var count = await json.ReadAsync(buffer, cancellationToken);
            if (count > 0)
            {
                buffer.Span[..count].Replace((byte)'\n', (byte)' ');
                buffer.Span[..count].Replace((byte)'\r', (byte)' ');
                return count;
            }

            (_over, _around) = (true, End);
        }

        var length = Math.Min(buffer.Length, _around.Length);
        _around[..length].CopyTo(buffer);
        _around = _around[length..];
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            json.Dispose();
        }

        base.Dispose(disposing);
    }
}
