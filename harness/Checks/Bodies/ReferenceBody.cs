using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Bodies;

/// <summary>R1 of the catalogue's group 2: a byte order mark, all three line ends, characters of 2 to 4 bytes, a comment, ids set, changed and reset, and a
/// retry time.</summary>
internal static class ReferenceBody
{
    public static byte[] R1 { get; } = Bytes.Unescape(
        @"\xEF\xBB\xBF:ok\r\nretry: 1200\nid: 1\r\ndata: h\xC3\xA9llo\r\n\r\n"
            + @"event: add\rid: \xE2\x80\xA6\rdata: a\rdata:\rdata: b\r\rdata: \xF0\x9F\x98\x80\n\nid\ndata:  two\n\n");
}
