using System.Buffers;
using System.Buffers.Text;

namespace SseGateway.Transport.Client;

/// <summary>What stands before a chunk of the chunked coding (RFC 9112 section 7.1): its length, and the end of that line.</summary>
internal static class ChunkHead
{
    /// <summary>Bytes of it at most.</summary>
    public const int MaxBytes = 8 + 2;

    private static readonly StandardFormat Hex = new('x');

    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> target, int length)
    {
        _ = Utf8Formatter.TryFormat(length, target, out var digits, Hex);
        "\r\n"u8.CopyTo(target[digits..]);
        return digits + 2;
    }
}
