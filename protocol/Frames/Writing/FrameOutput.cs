using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    /// <param name="span">Its next span.</param>
    /// <param name="written">How many bytes of the span are written.</param>
    public FrameOutput(IBufferWriter<byte> output, Span<byte> span, int written)
    {
        _output = output;
        _span = span;
        _written = written;
    }

    private readonly Span<byte> Free => _span[_written..];

    /// <summary>A span of the writer's, which is checked to be as long as asked for: it is written to without further checks.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Request(IBufferWriter<byte> output, int length)
    {
        var span = output.GetSpan(length);
        if (span.Length < length)
            ThrowTooShort(length, span.Length);
        return span;
    }

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

    /// <summary>Appends a line of a field that has one, with its LF.</summary>
    public void AppendField<T>(scoped ReadOnlySpan<byte> start, scoped ReadOnlySpan<T> value)
        where T : unmanaged
    {
        Append(start);
        if (typeof(T) == typeof(byte))
            Append(MemoryMarshal.Cast<T, byte>(value));
        else
            AppendUtf8(MemoryMarshal.Cast<T, char>(value));
        Append("\n"u8);
    }

    public void AppendRetry(int milliseconds)
    {
        Reserve(FrameHead.Overhead);
        _written = FrameHead.PutRetry(_span, _written, milliseconds);
    }

    /// <summary>Appends lines of a field that may have several, with the LF after the last one.</summary>
    public void AppendLines<T, TStart>(scoped ReadOnlySpan<T> text)
        where T : unmanaged
        where TStart : struct, ILineStart
    {
        Reserve(FrameHead.Overhead);
        MemoryMarshal.Write(Free, TStart.First);
        _written += text.IsEmpty || Units.IsLineEnd(text[0]) ? TStart.Length - 1 : TStart.Length;
        AppendRest<T, TStart>(text);
    }

    /// <summary>Appends the rest of a text whose first line has begun, and the LF after its last line.</summary>
    /// <param name="text">The rest; may begin with a line end.</param>
    public void AppendRest<T, TStart>(scoped ReadOnlySpan<T> text)
        where T : unmanaged
        where TStart : struct, ILineStart
    {
        Span<T> tail = stackalloc T[2 * LineBlocks.Reach];
        while (true)
        {
            if (_span.Length - _written < LineBlocks.Room)
                Refill(Math.Min(text.Length, MaxRequest) + LineBlocks.Room);
            var isTail = text.Length < LineBlocks.Reach;
            if (isTail)
            {
                // A copy, because vectors are read past its end, with a line end behind it, so that all lines have one. CR and not LF: after a CR
                // it is a line end of its own.
                text.CopyTo(tail);
                tail[text.Length] = Units.Of<T>('\r');
            }

            int written;
            var taken = isTail
                ? LineBlocks.Copy<T, TStart>(tail, text.Length, text.Length, Free, out written)
                : LineBlocks.Copy<T, TStart>(text, text.Length - LineBlocks.Reach, -1, Free, out written);
            _written += written;
            if (taken > text.Length)
                return;
            text = text[taken..];
            if (typeof(T) == typeof(char) && !text.IsEmpty && Unsafe.BitCast<T, char>(text[0]) > 0x7F)
            {
                var characters = MemoryMarshal.Cast<T, char>(text);
                var end = characters.IndexOfAny('\r', '\n');
                AppendUtf8(end < 0 ? characters : characters[..end]);
                text = end < 0 ? default : text[end..];
            }
        }
    }

    private void AppendUtf8(scoped ReadOnlySpan<char> source)
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

    private void Reserve(int wanted)
    {
        if (_span.Length - _written < wanted)
            Refill(wanted);
    }

    private void Refill(int wanted)
    {
        _output.Advance(_written);
        _written = 0;
        // At least a few bytes more than wanted, so that the line end that follows fits too.
        _span = Request(_output, Math.Min(wanted + 16, MaxRequest));
    }

    private static void ThrowTooShort(int wanted, int given) =>
        throw new InvalidOperationException($"The buffer writer gave {given} bytes where {wanted} were asked for.");
}
