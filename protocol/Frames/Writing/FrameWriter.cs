using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SseGateway.Protocol;

/// <summary>
/// Writes the event stream format of the HTML Standard, section 9.2.5, without allocating.
/// </summary>
/// <remarks>
/// <para>Data is split into lines at CR, LF and CRLF, so a reader gets it back with every line end as LF (9.2.6). A value is written
/// as <c>name: value</c>, so a leading space of the value survives; an empty one as <c>name:</c>.</para>
/// <para>The forms that take bytes expect UTF-8 and do not check it. The forms that take characters encode UTF-8 and write U+FFFD for a
/// surrogate without its partner.</para>
/// <para>Nothing is written before all arguments are checked. What an argument check refuses could otherwise end the line or the event
/// and let the text of one user become fields of another (CWE-93).</para>
/// <para>A buffer writer that gives less room than it is asked for is refused with <see cref="InvalidOperationException"/>.</para>
/// </remarks>
public static class FrameWriter
{
    /// <summary>Writes one event.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">UTF-8; empty data is written too, as <c>data:</c>, and is an event with empty data for the reader.</param>
    /// <param name="type">UTF-8, without CR and LF; empty writes no <c>event</c> line, which means <c>message</c>.</param>
    /// <param name="id">UTF-8, without CR, LF and NUL. <c>default</c> writes no <c>id</c> line; an empty span that is not <c>default</c>
    /// (such as <c>""u8</c>) writes <c>id:</c>, which resets the reader's last event id.</param>
    /// <param name="retryMilliseconds">Reconnection time, 0 or more; null writes no <c>retry</c> line.</param>
    /// <exception cref="ArgumentException"><paramref name="type"/> or <paramref name="id"/> has a character it must not have.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryMilliseconds"/> is negative.</exception>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default,
        ReadOnlySpan<byte> id = default, int? retryMilliseconds = null)
    {
        if (!TryWrite(output, data, type, id, retryMilliseconds))
            ThrowRefused(type, id, retryMilliseconds);
    }

    /// <summary>Writes one event from characters; see the form that takes bytes.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">The text; its line ends, whichever they are, become the lines of the event.</param>
    /// <param name="type">Without CR and LF; empty writes no <c>event</c> line, which means <c>message</c>.</param>
    /// <param name="id">Without CR, LF and NUL. <c>default</c> (also: a null string) writes no <c>id</c> line; <c>""</c> writes <c>id:</c>,
    /// which resets the reader's last event id.</param>
    /// <param name="retryMilliseconds">Reconnection time, 0 or more; null writes no <c>retry</c> line.</param>
    /// <exception cref="ArgumentException"><paramref name="type"/> or <paramref name="id"/> has a character it must not have.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryMilliseconds"/> is negative.</exception>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<char> data, ReadOnlySpan<char> type = default,
        ReadOnlySpan<char> id = default, int? retryMilliseconds = null)
    {
        if (!TryWrite(output, data, type, id, retryMilliseconds))
            ThrowRefused(type, id, retryMilliseconds);
    }

    /// <summary>Writes one event, or nothing when <paramref name="type"/>, <paramref name="id"/> or <paramref name="retryMilliseconds"/> is refused.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">As for <c>WriteEvent</c>.</param>
    /// <param name="type">As for <c>WriteEvent</c>.</param>
    /// <param name="id">As for <c>WriteEvent</c>.</param>
    /// <param name="retryMilliseconds">As for <c>WriteEvent</c>.</param>
    /// <returns>False, with nothing written, where <c>WriteEvent</c> would throw because of a value.</returns>
    public static bool TryWriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default,
        ReadOnlySpan<byte> id = default, int? retryMilliseconds = null) =>
        TryWrite(output, data, type, id, retryMilliseconds);

    /// <summary>Writes one event from characters, or nothing when <paramref name="type"/>, <paramref name="id"/> or <paramref name="retryMilliseconds"/> is
    /// refused.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">As for <c>WriteEvent</c>.</param>
    /// <param name="type">As for <c>WriteEvent</c>.</param>
    /// <param name="id">As for <c>WriteEvent</c>.</param>
    /// <param name="retryMilliseconds">As for <c>WriteEvent</c>.</param>
    /// <returns>False, with nothing written, where <c>WriteEvent</c> would throw because of a value.</returns>
    public static bool TryWriteEvent(IBufferWriter<byte> output, ReadOnlySpan<char> data, ReadOnlySpan<char> type = default,
        ReadOnlySpan<char> id = default, int? retryMilliseconds = null) =>
        TryWrite(output, data, type, id, retryMilliseconds);

    /// <summary>Writes a comment and the blank line after it, so that what follows starts a block of its own.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="text">UTF-8; a line end in it begins another comment line. Empty writes the usual heartbeat, <c>:</c>.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> text = default) => WriteComment<byte>(output, text);

    /// <summary>Writes a comment from characters and the blank line after it; see the form that takes bytes.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="text">A line end in it begins another comment line. Empty writes the usual heartbeat, <c>:</c>.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<char> text) => WriteComment<char>(output, text);

    /// <summary>Writes <c>retry: N</c> as a block of its own: it sets the reader's reconnection time and dispatches no event.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="milliseconds">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="milliseconds"/> is negative.</exception>
    public static void WriteRetry(IBufferWriter<byte> output, int milliseconds)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        var span = FrameOutput.Request(output, FrameHead.Overhead);
        var length = FrameHead.PutRetry(span, 0, milliseconds);
        span[length] = (byte)'\n';
        output.Advance(length + 1);
    }

    private static bool TryWrite<T>(
        IBufferWriter<byte> output, ReadOnlySpan<T> data, ReadOnlySpan<T> type, ReadOnlySpan<T> id, int? retryMilliseconds)
        where T : unmanaged, IEquatable<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        if (retryMilliseconds < 0)
            return false;

        // What is not advanced over is not written: the usual values are checked while they are copied.
        var span = FrameOutput.Request(output, Bound<T>((long)data.Length + type.Length + id.Length));
        var position = FrameHead.TryPut(span, type, id, IsGiven(id), retryMilliseconds);
        if (position < 0)
            return TryWriteUnusual(output, span, data, type, id, retryMilliseconds);
        WriteLines<T, DataStart>(output, span, position, data);
        return true;
    }

    // A value is long, or has a character that is not ASCII or a rare control character, or is to be refused.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryWriteUnusual<T>(
        IBufferWriter<byte> output, Span<byte> span, ReadOnlySpan<T> data, ReadOnlySpan<T> type, ReadOnlySpan<T> id, int? retryMilliseconds)
        where T : unmanaged, IEquatable<T>
    {
        if (!IsType(type) || !IsId(id))
            return false;
        var frame = new FrameOutput(output, span, 0);
        if (!type.IsEmpty)
            frame.AppendField("event: "u8, type);
        if (!id.IsEmpty)
            frame.AppendField("id: "u8, id);
        else if (IsGiven(id))
            frame.Append("id:\n"u8);
        if (retryMilliseconds is { } retry)
            frame.AppendRetry(retry);
        frame.AppendLines<T, DataStart>(data);
        frame.Append("\n"u8);
        frame.Flush();
        return true;
    }

    private static void WriteComment<T>(IBufferWriter<byte> output, ReadOnlySpan<T> text)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteLines<T, CommentStart>(output, FrameOutput.Request(output, Bound<T>(text.Length)), 0, text);
    }

    // One line that fits into the span takes one pass, and nothing but locals is touched.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteLines<T, TStart>(IBufferWriter<byte> output, Span<byte> span, int position, ReadOnlySpan<T> text)
        where T : unmanaged
        where TStart : struct, ILineStart
    {
        ref var target = ref MemoryMarshal.GetReference(span);
        ref var source = ref MemoryMarshal.GetReference(text);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, position), TStart.First);
        position += text.IsEmpty || Units.IsLineEnd(source) ? TStart.Length - 1 : TStart.Length;
        var count = LineCopy.CopyLine(ref source, Math.Min(text.Length, span.Length - position - 2), ref Unsafe.Add(ref target, position));
        position += count;
        if (count == text.Length)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, position), MemoryMarshal.Read<ushort>("\n\n"u8));
            output.Advance(position + 2);
        }
        else
        {
            WriteRest<T, TStart>(output, span, position, text[count..]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteRest<T, TStart>(IBufferWriter<byte> output, Span<byte> span, int position, ReadOnlySpan<T> text)
        where T : unmanaged
        where TStart : struct, ILineStart
    {
        var frame = new FrameOutput(output, span, position);
        frame.AppendRest<T, TStart>(text);
        frame.Append("\n"u8);
        frame.Flush();
    }

    // One UTF-16 unit is at most three bytes of UTF-8 (a pair of them is four).
    private static int Bound<T>(long units) =>
        (int)Math.Min((typeof(T) == typeof(byte) ? units : units * 3) + FrameHead.Overhead, FrameOutput.MaxRequest);

    private static bool IsType<T>(ReadOnlySpan<T> type)
        where T : unmanaged, IEquatable<T> => !type.ContainsAny(Units.Of<T>('\r'), Units.Of<T>('\n'));

    private static bool IsId<T>(ReadOnlySpan<T> id)
        where T : unmanaged, IEquatable<T> => IsType(id) && !id.Contains(default(T));

    private static bool IsGiven<T>(ReadOnlySpan<T> span) => !Unsafe.IsNullRef(ref MemoryMarshal.GetReference(span));

    private static void ThrowRefused<T>(ReadOnlySpan<T> type, ReadOnlySpan<T> id, int? retryMilliseconds)
        where T : unmanaged, IEquatable<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retryMilliseconds ?? 0, nameof(retryMilliseconds));
        throw IsType(type)
            ? new ArgumentException("An event id must not contain CR or LF, which end the line, or NUL, which makes readers ignore the id.", nameof(id))
            : new ArgumentException("An event type must not contain CR or LF: it would end the line.", nameof(type));
    }
}
