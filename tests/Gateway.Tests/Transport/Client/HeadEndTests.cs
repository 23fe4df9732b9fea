using System.Text;
using SseGateway.Transport.Client;
using Xunit;

namespace Gateway.Tests.Transport.Client;

public sealed class HeadEndTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

    [Theory]
    [InlineData(Head)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Head)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + Head)]
    public void The_head_ends_after_its_empty_line_in_whatever_pieces_it_comes(string head)
    {
        var bytes = Encoding.Latin1.GetBytes(head + "7\r\ndata\n\r\n\r\n");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var end = default(HeadEnd);
            var found = end.Find(bytes.AsSpan(0, cut));
            if (!end.Found)
            {
                Assert.Equal(cut, found);
                found += end.Find(bytes.AsSpan(cut));
            }

            Assert.True(end.Found);
            Assert.Equal(head.Length, found);
        }
    }
}
