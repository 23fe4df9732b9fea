using System.Buffers;
using System.Globalization;
using System.Text;

namespace SseGateway.Sharing.Upstream;

/// <summary>The gateway's own event ids, <c>epoch-number</c>: of characters for which browsers send no preflight with <c>Last-Event-ID</c>.</summary>
internal static class OwnIds
{
    /// <summary>Where the id stands in a rewritten frame.</summary>
    public const int Start = 4;

    private const int MaxIdBytes = 40;

    /// <summary>Bytes by which a frame grows at most.</summary>
    public const int MaxGrowth = Start + MaxIdBytes + 2;

    public static string Of(string epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"{epoch}-{number}");

    /// <summary>Writes a frame with an id of the gateway's in place of its own.</summary>
    /// <returns>The id's length.</returns>
    public static int Rewrite(ReadOnlySpan<byte> frame, string epoch, long number, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(frame.Length + MaxGrowth);
        "id: "u8.CopyTo(span);
        var written = Start + Encoding.ASCII.GetBytes(epoch, span[Start..]);
        span[written++] = (byte)'-';
        number.TryFormat(span[written..], out var digits, provider: CultureInfo.InvariantCulture);
        written += digits;
        var idLength = written - Start;
        written += CopyFirstLineEnd(frame, span[written..]);
        while (!frame.IsEmpty)
        {
            var end = frame.IndexOfAny((byte)'\r', (byte)'\n');
            var line = frame[..(end < 0 ? frame.Length : end + (frame[end..].StartsWith("\r\n"u8) ? 2 : 1))];
            if (!IsId(line))
            {
                if (line[0] == (byte)'\n' && span[written - 1] == (byte)'\r')
                {
                    // The id's line stood between the CR and the blank line's LF, which would be one line end now.
                    span[written++] = (byte)'\n';
                }

                line.CopyTo(span[written..]);
                written += line.Length;
            }

            frame = frame[line.Length..];
        }

        output.Advance(written);
        return idLength;
    }

    // The id's line ends as the frame's own do.
    private static int CopyFirstLineEnd(ReadOnlySpan<byte> frame, Span<byte> output)
    {
        var end = frame[frame.IndexOfAny((byte)'\r', (byte)'\n')..];
        var length = end.StartsWith("\r\n"u8) ? 2 : 1;
        end[..length].CopyTo(output);
        return length;
    }

    // HTML Standard, 9.2.6: "id" with a colon, or alone on its line.
    private static bool IsId(ReadOnlySpan<byte> line) => line.StartsWith("id"u8) && (line.Length == 2 || line[2] is (byte)':' or (byte)'\r' or (byte)'\n');
}
