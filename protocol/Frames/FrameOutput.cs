using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace SseGateway.Protocol;

/// <summary>
/// Fills the spans of a buffer writer: one span for a whole short frame, bounded spans one after the other for a long one,
/// because a pipe serves large requests from fresh, unpooled memory and the number of line prefixes is not known in advance.
/// </summary>
internal ref struct FrameOutput
{
    /// <summary>The block size of Kestrel's and Pipe's memory pools: a larger request would leave the pool.</summary>
    public const int MaxRequest = 4096;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _written;

    /// <param name="output">Receives the bytes.</param>
    /// <param name="expected">How long the frame may be, in bytes; more is asked for when that was too little.</param>
    public FrameOutput(IBufferWriter<byte> output, int expected)
    {
        _output = output;
        _span = output.GetSpan(Math.Min(expected, MaxRequest));
    }

    private readonly Span<byte> Free => _span[_written..];

    public void Flush()
    {
        _output.Advance(_written);
        _written = 0;
        _span = default;
    }

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var count = Math.Min(bytes.Length, _span.Length - _written);
            bytes[..count].CopyTo(Free);
            _written += count;
            bytes = bytes[count..];
            if (bytes.IsEmpty)
                return;
            Refill(bytes.Length);
        }
    }

    /// <summary>Copies up to the first CR or LF, or all.</summary>
    /// <returns>How many bytes of <paramref name="source"/> were copied.</returns>
    public int AppendLine(scoped ReadOnlySpan<byte> source)
    {
        var copied = 0;
        while (true)
        {
            var free = Free;
            var part = source[copied..];
            if (part.Length > free.Length)
                part = part[..free.Length];
            var count = LineCopy.CopyToLineEnd(part, free);
            copied += count;
            _written += count;
            if (count < part.Length || copied == source.Length)
                return copied;
            Refill(source.Length - copied);
        }
    }

    /// <summary>Encodes as UTF-8; a surrogate without its partner becomes U+FFFD.</summary>
    public void AppendUtf8(scoped ReadOnlySpan<char> source)
    {
        while (true)
        {
            // Not Encoding.UTF8: its replacement fallback allocates for text that is not well-formed.
            var status = Utf8.FromUtf16(source, Free, out var read, out var written);
            _written += written;
            if (status == OperationStatus.Done)
                return;
            source = source[read..];
            Refill(Math.Min(source.Length, MaxRequest) * 3);
        }
    }

    public void AppendNumber(int value)
    {
        int written;
        while (!value.TryFormat(Free, out written, provider: CultureInfo.InvariantCulture))
            Refill(11);
        _written += written;
    }

    private void Refill(int wanted)
    {
        _output.Advance(_written);
        _written = 0;
        // At least a few bytes more than wanted, so that the line end that follows fits too.
        _span = _output.GetSpan(Math.Min(wanted + 16, MaxRequest));
    }
}
