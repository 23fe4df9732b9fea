using SseGateway.Protocol;

namespace LoadTests.Clients;

/// <summary>What has come of a stream and is no whole frame yet, at the beginning of a buffer that does not grow.</summary>
/// <param name="bytes">The longest frame.</param>
/// <param name="comments">Whether those that are comments alone are frames too.</param>
internal sealed class FrameBuffer(int bytes, bool comments)
{
    private readonly byte[] _buffer = new byte[bytes];
    private FrameScanner _scanner = new(bytes, skipIgnored: !comments);
    private int _content;

    /// <summary>The last <c>retry</c> of the stream; null for none.</summary>
    public TimeSpan? Retry => _scanner.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Where the next bytes go.</summary>
    /// <exception cref="InvalidDataException">There is no room: a head or a frame is longer than the buffer.</exception>
    public Memory<byte> Rest => _content < _buffer.Length
        ? _buffer.AsMemory(_content)
        : throw new InvalidDataException($"A head or a frame of more than {_buffer.Length} bytes.");

    /// <summary>Looks for frames.</summary>
    /// <param name="more">How many of the first bytes of <see cref="Rest"/> are the stream's.</param>
    /// <param name="take">Gets every frame.</param>
    public void Scan(int more, FrameHandler take)
    {
        _content += more;
        var start = 0;
        FrameScanStatus status;
        do
        {
            status = _scanner.TryRead(_buffer.AsSpan(start, _content - start), out var frame, out var consumed);
            start += consumed;
            if (status == FrameScanStatus.Frame)
            {
                take(frame);
            }
        }
        while (status == FrameScanStatus.Frame);

        _content -= start;
        Buffer.BlockCopy(_buffer, start, _buffer, 0, _content);
    }

    /// <summary>The same for bytes that lie elsewhere.</summary>
    /// <exception cref="InvalidDataException">A frame is longer than the buffer.</exception>
    public void Scan(ReadOnlySpan<byte> more, FrameHandler take)
    {
        while (!more.IsEmpty)
        {
            var rest = Rest.Span;
            var part = more[..Math.Min(rest.Length, more.Length)];
            part.CopyTo(rest);
            Scan(part.Length, take);
            more = more[part.Length..];
        }
    }
}
