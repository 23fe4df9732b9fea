using System.Text;
using LoadTests.Clients;
using Xunit;

namespace LoadTests.Tests.Clients;

public sealed class ChunkedBodyTests
{
    private const string Chunked = "6\r\ndata: \r\nA;x=y\r\n0123456789\r\n2\r\n\n\n\r\n0\r\nTrailer: yes\r\n\r\n";
    private const string Content = "data: 0123456789\n\n";

    public static TheoryData<int> Cuts => [.. Enumerable.Range(1, Chunked.Length - 1)];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_cut_anywhere_gives_the_same_content(int cut)
    {
        var body = new ChunkedBody();
        var content = new StringBuilder();
        foreach (var part in (string[])[Chunked[..cut], Chunked[cut..]])
        {
            var bytes = Encoding.ASCII.GetBytes(part);
            Assert.Equal(part == Chunked[..cut] && cut == Chunked.Length, body.IsComplete);
            content.Append(Encoding.ASCII.GetString(bytes, 0, body.Unwrap(bytes)));
        }

        Assert.Equal(Content, content.ToString());
        Assert.True(body.IsComplete);
    }

    [Fact]
    public void A_chunk_without_a_size_is_an_error()
    {
        var body = new ChunkedBody();

        Assert.Throws<InvalidDataException>(() => body.Unwrap("data\r\n"u8.ToArray()));
    }
}
