using System.Text;
using SseGateway.Transport.Client;
using Xunit;

namespace Gateway.Tests.Transport.Client;

public sealed class ChunkedBodyTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("1\r\na\r\n0\r\n\r\n", "a")]
    [InlineData("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", "abcde")]
    [InlineData("0A\r\n0123456789\r\n000\r\n\r\n", "0123456789")]
    [InlineData("a\n0123456789\n0\n\n", "0123456789")]
    [InlineData("1;name=value;other=\"x\"\r\na\r\n0;last\r\n\r\n", "a")]
    [InlineData("1 \t; a\r\na\r\n1 \r\nb\r\n0\r\n\r\n", "ab")]
    [InlineData("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n")]
    [InlineData("1\r\na\r\n0\r\nTrailer: b\r\nOther: c\r\n\r\n", "a")]
    [InlineData("1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK", "a")]
    public void Only_the_bodys_bytes_are_left_in_whatever_pieces_they_come(string coded, string body)
    {
        for (var first = 0; first <= coded.Length; first++)
        {
            for (var second = first; second <= coded.Length; second++)
            {
                var chunks = default(ChunkedBody);
                Assert.Equal(body, Decode(ref chunks, coded[..first], coded[first..second], coded[second..]));
                Assert.True(chunks.Ended);
                Assert.False(chunks.Malformed);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\r\na\r\n")]
    [InlineData("1\r\na\r\n0\r\n")]
    [InlineData("1\r\na\r\n0\r\nTrailer: b\r\n")]
    [InlineData("5\r\na")]
    public void It_has_not_ended_before_the_last_line_end(string coded)
    {
        var chunks = default(ChunkedBody);
        Decode(ref chunks, coded);

        Assert.False(chunks.Ended);
        Assert.False(chunks.Malformed);
    }

    [Theory]
    [InlineData("1\r\na\r\n", "\r\n")]
    [InlineData("1\r\na\r\n", "g\r\n")]
    [InlineData("1\r\na\r\n", "-1\r\n")]
    [InlineData("1\r\na\r\n", "0x1\r\n")]
    [InlineData("1\r\na\r\n", ";a\r\n")]
    [InlineData("1\r\na\r\n", "1 1\r\n")]
    [InlineData("1\r\na\r\n", "1\rb\r\n")]
    [InlineData("1\r\na", "b\r\n")]
    [InlineData("1\r\na\r", "\r\n")]
    [InlineData("1\r\na\r\n0\r\n\r", "\r\n")]
    [InlineData("1\r\na\r\n", "10000000000000001\r\n")]
    public void What_came_before_a_breach_of_the_coding_is_the_bodys_and_nothing_after_it(string good, string bad)
    {
        var chunks = default(ChunkedBody);

        Assert.Equal("a", Decode(ref chunks, good + bad + "1\r\nb\r\n0\r\n\r\n"));
        Assert.True(chunks.Malformed);
        Assert.Equal("", Decode(ref chunks, "1\r\nb\r\n"));
        Assert.False(chunks.Ended);
    }

    [Theory]
    [InlineData("1", " ")]
    [InlineData("1;", "a")]
    [InlineData("0\r\n", "Trailer: a\r\n")]
    public void What_is_skipped_is_bounded(string start, string repeated)
    {
        var chunks = default(ChunkedBody);
        Decode(ref chunks, start);
        for (var bytes = 0; bytes <= 65536; bytes += repeated.Length)
        {
            Decode(ref chunks, repeated);
        }

        Assert.True(chunks.Malformed);
    }

    private static string Decode(ref ChunkedBody chunks, params string[] pieces)
    {
        var body = new StringBuilder();
        foreach (var piece in pieces)
        {
            var bytes = Encoding.Latin1.GetBytes(piece);
            body.Append(Encoding.Latin1.GetString(bytes[chunks.Decode(bytes)]));
        }

        return body.ToString();
    }
}
