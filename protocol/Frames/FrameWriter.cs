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
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(retryMilliseconds ?? 0, nameof(retryMilliseconds));
        if (!TryWriteEvent(output, data, type, id, retryMilliseconds))
            throw IsType(type) ? BadId(nameof(id)) : BadType(nameof(type));
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
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(retryMilliseconds ?? 0, nameof(retryMilliseconds));
        if (!TryWriteEvent(output, data, type, id, retryMilliseconds))
            throw IsType(type) ? BadId(nameof(id)) : BadType(nameof(type));
    }

    /// <summary>Writes one event, or nothing when <paramref name="type"/>, <paramref name="id"/> or <paramref name="retryMilliseconds"/> is refused.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">As for <c>WriteEvent</c>.</param>
    /// <param name="type">As for <c>WriteEvent</c>.</param>
    /// <param name="id">As for <c>WriteEvent</c>.</param>
    /// <param name="retryMilliseconds">As for <c>WriteEvent</c>.</param>
    /// <returns>False, with nothing written, where <c>WriteEvent</c> would throw because of a value.</returns>
    public static bool TryWriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default,
        ReadOnlySpan<byte> id = default, int? retryMilliseconds = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (retryMilliseconds < 0 || !IsType(type) || !IsId(id))
            return false;

        var bound = Bound(data.Length, type.Length, id.Length);
        if (bound <= FrameOutput.MaxRequest && ShortFrame.Write(output.GetSpan(bound), data, type, id, IsGiven(id), retryMilliseconds) is > 0 and var length)
        {
            output.Advance(length);
            return true;
        }

        var frame = new FrameOutput(output, bound);
        if (!type.IsEmpty)
        {
            frame.Append("event: "u8);
            frame.Append(type);
            frame.Append("\n"u8);
        }
        if (!id.IsEmpty)
        {
            frame.Append("id: "u8);
            frame.Append(id);
            frame.Append("\n"u8);
        }
        else if (IsGiven(id))
        {
            frame.Append("id:\n"u8);
        }
        if (retryMilliseconds is { } retry)
            AppendRetry(ref frame, retry);
        AppendLines(ref frame, data, "data:"u8, "data: "u8);
        frame.Append("\n"u8);
        frame.Flush();
        return true;
    }

    /// <summary>Writes one event from characters, or nothing when <paramref name="type"/>, <paramref name="id"/> or <paramref name="retryMilliseconds"/> is refused.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="data">As for <c>WriteEvent</c>.</param>
    /// <param name="type">As for <c>WriteEvent</c>.</param>
    /// <param name="id">As for <c>WriteEvent</c>.</param>
    /// <param name="retryMilliseconds">As for <c>WriteEvent</c>.</param>
    /// <returns>False, with nothing written, where <c>WriteEvent</c> would throw because of a value.</returns>
    public static bool TryWriteEvent(IBufferWriter<byte> output, ReadOnlySpan<char> data, ReadOnlySpan<char> type = default,
        ReadOnlySpan<char> id = default, int? retryMilliseconds = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (retryMilliseconds < 0 || !IsType(type) || !IsId(id))
            return false;

        // One UTF-16 unit is at most three bytes of UTF-8 (a pair of them is four).
        var bound = Bound(data.Length * 3L, type.Length * 3L, id.Length * 3L);
        if (bound <= FrameOutput.MaxRequest && ShortFrame.Write(output.GetSpan(bound), data, type, id, IsGiven(id), retryMilliseconds) is > 0 and var length)
        {
            output.Advance(length);
            return true;
        }

        var frame = new FrameOutput(output, bound);
        if (!type.IsEmpty)
        {
            frame.Append("event: "u8);
            frame.AppendUtf8(type);
            frame.Append("\n"u8);
        }
        if (!id.IsEmpty)
        {
            frame.Append("id: "u8);
            frame.AppendUtf8(id);
            frame.Append("\n"u8);
        }
        else if (IsGiven(id))
        {
            frame.Append("id:\n"u8);
        }
        if (retryMilliseconds is { } retry)
            AppendRetry(ref frame, retry);
        AppendLines(ref frame, data, "data:"u8, "data: "u8);
        frame.Append("\n"u8);
        frame.Flush();
        return true;
    }

    /// <summary>Writes a comment and the blank line after it, so that what follows starts a block of its own.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="text">UTF-8; a line end in it begins another comment line. Empty writes the usual heartbeat, <c>:</c>.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> text = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var frame = new FrameOutput(output, Bound(text.Length, 0, 0));
        AppendLines(ref frame, text, ":"u8, ": "u8);
        frame.Append("\n"u8);
        frame.Flush();
    }

    /// <summary>Writes a comment from characters and the blank line after it; see the form that takes bytes.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="text">A line end in it begins another comment line. Empty writes the usual heartbeat, <c>:</c>.</param>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        ArgumentNullException.ThrowIfNull(output);
        var frame = new FrameOutput(output, Bound(text.Length * 3L, 0, 0));
        AppendLines(ref frame, text, ":"u8, ": "u8);
        frame.Append("\n"u8);
        frame.Flush();
    }

    /// <summary>Writes <c>retry: N</c> as a block of its own: it sets the reader's reconnection time and dispatches no event.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="milliseconds">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="milliseconds"/> is negative.</exception>
    public static void WriteRetry(IBufferWriter<byte> output, int milliseconds)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        var frame = new FrameOutput(output, ShortFrame.Overhead);
        AppendRetry(ref frame, milliseconds);
        frame.Append("\n"u8);
        frame.Flush();
    }

    private static void AppendRetry(ref FrameOutput frame, int milliseconds)
    {
        frame.Append("retry: "u8);
        frame.AppendNumber(milliseconds);
        frame.Append("\n"u8);
    }

    private static void AppendLines(ref FrameOutput frame, ReadOnlySpan<byte> text, ReadOnlySpan<byte> emptyPrefix, ReadOnlySpan<byte> prefix)
    {
        while (true)
        {
            if (text.IsEmpty || text[0] is (byte)'\r' or (byte)'\n')
            {
                frame.Append(emptyPrefix);
            }
            else
            {
                frame.Append(prefix);
                text = text[frame.AppendLine(text)..];
            }
            frame.Append("\n"u8);
            if (text.IsEmpty)
                return;
            text = text[(text.StartsWith("\r\n"u8) ? 2 : 1)..];
        }
    }

    private static void AppendLines(ref FrameOutput frame, ReadOnlySpan<char> text, ReadOnlySpan<byte> emptyPrefix, ReadOnlySpan<byte> prefix)
    {
        while (true)
        {
            var end = text.IndexOfAny('\r', '\n');
            var line = end < 0 ? text : text[..end];
            if (line.IsEmpty)
            {
                frame.Append(emptyPrefix);
            }
            else
            {
                frame.Append(prefix);
                frame.AppendUtf8(line);
            }
            frame.Append("\n"u8);
            if (end < 0)
                return;
            text = text[(end + (text[end..].StartsWith("\r\n") ? 2 : 1))..];
        }
    }

    private static int Bound(long data, long type, long id) => (int)Math.Min(data + type + id + ShortFrame.Overhead, int.MaxValue);

    private static bool IsType(ReadOnlySpan<byte> type) => !type.ContainsAny((byte)'\r', (byte)'\n');

    private static bool IsType(ReadOnlySpan<char> type) => !type.ContainsAny('\r', '\n');

    private static bool IsId(ReadOnlySpan<byte> id) => !id.ContainsAny((byte)'\r', (byte)'\n', (byte)0);

    private static bool IsId(ReadOnlySpan<char> id) => !id.ContainsAny('\r', '\n', '\0');

    private static bool IsGiven<T>(ReadOnlySpan<T> span) => !Unsafe.IsNullRef(ref MemoryMarshal.GetReference(span));

    private static ArgumentException BadType(string parameter) =>
        new("An event type must not contain CR or LF: it would end the line.", parameter);

    private static ArgumentException BadId(string parameter) =>
        new("An event id must not contain CR or LF, which end the line, or NUL, which makes readers ignore the id.", parameter);
}
