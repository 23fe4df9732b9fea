using SseGateway.Harness.Reading;

namespace SseGateway.Harness.Checks.Bodies;

/// <summary>Takes out of a body what a target with <c>inserts-comments</c> may have put in: whole comment lines at a line boundary (catalogue, section
/// 0.8).</summary>
internal static class InsertedComments
{
    /// <param name="sent">What the origin sent.</param>
    /// <param name="got">What the client received.</param>
    /// <returns><paramref name="got"/> without comments that stand at a line boundary of <paramref name="sent"/> and not in it.</returns>
    public static byte[] TakeOut(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> got)
    {
        var reader = new EventReader();
        var kept = new List<byte>(got.Length);
        var at = 0;
        var i = 0;
        while (i < got.Length)
        {
            if (got[i] == ':' && (kept is [] or [.., (byte)'\n' or (byte)'\r']) && !InsideLineEndOrBom(sent, at) && !sent[at..].StartsWith(LineOf(got[i..])))
            {
                var comment = LineOf(got[i..]).Length;

                // Some have a blank line after them, which means nothing at a block boundary and ends an event elsewhere.
                var blank = LineEnd(sent[at..]) > 0 ? 0 : LineEnd(got[(i + comment)..]);
                if (blank == 0 || reader.AtBlockBoundary)
                {
                    i += comment + blank;
                    continue;
                }
            }

            kept.Add(got[i]);
            reader.Read(got.Slice(i, 1));
            i++;
            at = Math.Min(at + 1, sent.Length);
        }

        return [.. kept];
    }

    // Between CR and LF, or before a byte order mark, which would be none any more.
    private static bool InsideLineEndOrBom(ReadOnlySpan<byte> sent, int at) =>
        (at > 0 && at < sent.Length && sent[at - 1] == '\r' && sent[at] == '\n') || (at == 0 && sent.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]));

    private static ReadOnlySpan<byte> LineOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? bytes : bytes[..(end + LineEnd(bytes[end..]))];
    }

    private static int LineEnd(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'\r', (byte)'\n', ..] => 2,
        [(byte)'\r' or (byte)'\n', ..] => 1,
        _ => 0,
    };
}
