using System.Buffers.Text;
using SseGateway.Transport.Client;

namespace SseGateway.Sharing.Log.Storage;

/// <summary>
/// The chunked coding of HTTP/1.1 (RFC 9112 section 7.1) around each record: so any run of records can be sent to a client as it lies, by
/// one system call and without a copy. For others it is taken off again.
/// </summary>
internal static class ChunkFraming
{
    /// <summary>Bytes of a record behind its frame.</summary>
    public const int TailBytes = 2;

    /// <summary>Bytes that a record is longer than its frame at most.</summary>
    public const int MaxOverhead = ChunkHead.MaxBytes + TailBytes;

    /// <summary>Writes the length before a frame.</summary>
    /// <returns>The bytes written.</returns>
    public static int WriteHead(Span<byte> target, int frame) => ChunkHead.Write(target, frame);

    /// <summary>A record of its own.</summary>
    public static byte[] Record(ReadOnlySpan<byte> frame)
    {
        Span<byte> length = stackalloc byte[MaxOverhead];
        return [.. length[..WriteHead(length, frame.Length)], .. frame, .. "\r\n"u8];
    }

    /// <summary>Takes the first record off.</summary>
    /// <param name="records">Whole records; comes back without the first one.</param>
    /// <returns>Its frame.</returns>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> records)
    {
        _ = Utf8Parser.TryParse(records, out int length, out var digits, 'x');
        var frame = records.Slice(digits + 2, length);
        records = records[(digits + 2 + length + TailBytes)..];
        return frame;
    }
}
