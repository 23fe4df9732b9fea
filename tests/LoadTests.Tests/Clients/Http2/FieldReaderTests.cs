using LoadTests.Clients.Http2;
using Xunit;

namespace LoadTests.Tests.Clients.Http2;

public sealed class FieldReaderTests
{
    [Theory]

    // RFC 7541, appendix C.6.1: Huffman.
    [InlineData(
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "HTTP/2 302|cache-control: private|date: Mon, 21 Oct 2013 20:13:21 GMT|location: https://www.example.com")]

    // C.5.1, the same in plain.
    [InlineData(
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "HTTP/2 302|cache-control: private|date: Mon, 21 Oct 2013 20:13:21 GMT|location: https://www.example.com")]

    // A new size of the table, an indexed status, a name in plain, and a number that takes more than its prefix.
    [InlineData("2088000178017a", "HTTP/2 200|x: z")]
    [InlineData("20880f260135", "HTTP/2 200|retry-after: 5")]
    public void The_head_of_an_answer_is_read(string hex, string head)
    {
        Assert.Equal(head, FieldReader.ReadHead(Convert.FromHexString(hex)).Text.Replace("\r\n", "|", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("be")]
    [InlineData("880f1c")]
    [InlineData("0003")]
    [InlineData("48ff")]
    [InlineData("4882ffff")]
    [InlineData("3fffffffffff7f")]
    public void What_is_no_head_is_said_to_be_none(string hex) =>
        Assert.Throws<InvalidDataException>(() => FieldReader.ReadHead(Convert.FromHexString(hex)));
}
