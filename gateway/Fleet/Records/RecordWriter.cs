using System.Buffers;
using System.Text;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Records;

/// <summary>
/// Writes entries of a stream's log in the store. A byte for the kind; then numbers as in LEB128, texts with their length before them; of a frame: its marks,
/// where its id begins, the id's length + 1 or 0 for none, its <c>retry</c> + 1 or 0 for none, and the frame to the end.
/// </summary>
internal static class RecordWriter
{
    private const int MostOfNumber = 10;

    /// <summary>A frame of the upstream's or the gateway's own.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, in LogFrame frame)
    {
        var (start, length) = frame.Id.GetOffsetAndLength(frame.Bytes.Length);
        var span = output.GetSpan(2 + (3 * MostOfNumber) + frame.Bytes.Length);
        span[0] = (byte)(frame.IsOwn ? RecordKind.OwnFrame : RecordKind.Frame);
        span[1] = (byte)((byte)frame.Marks | (frame.IsEvent ? StreamRecord.EventMark : 0));
        var written = 2;
        written += Put(span[written..], (ulong)start);
        written += Put(span[written..], frame.HasId ? (ulong)length + 1 : 0);
        written += Put(span[written..], frame.Retry is { } retry ? (ulong)retry + 1 : 0);
        frame.Bytes.CopyTo(span[written..]);
        output.Advance(written + frame.Bytes.Length);
    }

    /// <summary>A frame that was read from a gateway's log.</summary>
    /// <param name="copy">The frame.</param>
    /// <param name="isId">True when its id is the upstream's. Another one is given by each gateway, and must be taken for the upstream's by none.</param>
    public static byte[] Copy(in LogCopy copy, bool isId)
    {
        var output = new ArrayBufferWriter<byte>();
        WriteFrame(output, new LogFrame
        {
            Bytes = copy.Bytes,
            Id = isId ? copy.IdStart..(copy.IdStart + copy.IdLength) : default,
            HasId = isId && copy.IdLength > 0,
            IsEvent = copy.IsEvent,
            IsNotice = copy.Marks.HasFlag(LogMarks.Notice),
            IsForReturning = copy.Marks.HasFlag(LogMarks.ForReturning),
            IsSnapshot = copy.Marks.HasFlag(LogMarks.Snapshot),
            Content = copy.IsOwn ? 0UL : 1UL,
        });
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A kind that says all there is.</summary>
    public static byte[] Of(RecordKind kind) => [(byte)kind];

    /// <param name="due">How long the upstream is to be left alone.</param>
    /// <param name="ends">Ends in a row that came soon.</param>
    public static byte[] Ended(TimeSpan due, int ends) => Numbers(RecordKind.Ended, (ulong)Math.Max(0, due.TotalMilliseconds), (ulong)ends);

    /// <param name="generation">The one before; 0 for none.</param>
    /// <param name="number">The last one of it that this goes on after.</param>
    /// <param name="cursor">The client's, with which the upstream is dialled first; empty for none.</param>
    public static byte[] Begun(long generation, long number, ReadOnlySpan<byte> cursor) =>
        [.. Numbers(RecordKind.Begun, (ulong)generation, (ulong)number), .. cursor];

    public static byte[] Unshared(string sign) => [(byte)RecordKind.Unshared, .. Encoding.UTF8.GetBytes(sign)];

    public static byte[] Opened(UpstreamHead head)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write([(byte)RecordKind.Opened]);
        WriteHead(output, head);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The head of an answer alone.</summary>
    public static void WriteHead(IBufferWriter<byte> output, UpstreamHead head)
    {
        Number(output, (ulong)head.Status);
        Number(output, (ulong)head.Fields.Sum(field => field.Value.Count));
        foreach (var (name, values) in head.Fields)
        {
            foreach (var value in values)
            {
                Bytes(output, Encoding.Latin1.GetBytes(name));
                Bytes(output, Encoding.Latin1.GetBytes(value ?? ""));
            }
        }
    }

    /// <summary>Bytes with their length before them.</summary>
    public static void Bytes(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        Number(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    private static byte[] Numbers(RecordKind kind, ulong first, ulong second)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write([(byte)kind]);
        Number(output, first);
        Number(output, second);
        return output.WrittenSpan.ToArray();
    }

    private static void Number(IBufferWriter<byte> output, ulong number) => output.Advance(Put(output.GetSpan(MostOfNumber), number));

    private static int Put(Span<byte> target, ulong number)
    {
        var written = 0;
        for (; number >= 0x80; number >>= 7)
        {
            target[written++] = (byte)(number | 0x80);
        }

        target[written++] = (byte)number;
        return written;
    }
}
