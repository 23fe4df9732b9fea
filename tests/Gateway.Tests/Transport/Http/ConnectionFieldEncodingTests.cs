using System.Text;
using SseGateway.Transport.Http;
using Xunit;

namespace Gateway.Tests.Transport.Http;

public sealed class ConnectionFieldEncodingTests
{
    [Theory]
    [InlineData("keep-alive", "keep-alive")]
    [InlineData("close", "close")]
    [InlineData("x-hop", "x-hop")]
    [InlineData("x-hop, x-other", "x-hop, x-other")]
    [InlineData("keep-alive, x-hop", "x-hop")]
    [InlineData("X-Hop , Keep-Alive", "X-Hop")]
    [InlineData("close, x-hop", "keep-alive, close, x-hop")]
    [InlineData("x-hop, Upgrade", "keep-alive, x-hop, Upgrade")]
    [InlineData("keep-alive, close, x-hop", "keep-alive, close, x-hop")]
    [InlineData("keep-alive, keep-alive", "keep-alive, keep-alive")]
    [InlineData(",", ",")]
    [InlineData("", "")]
    public void Names_beside_one_known_option_survive(string sent, string expected) => Assert.Equal(expected, Decode(sent));

    [Fact]
    public void Every_byte_gives_the_character_of_its_number() => Assert.Equal("x-\u00ff\u0080", Decode("x-\u00ff\u0080"));

    [Theory]
    [InlineData("keep-alive")]
    [InlineData("close, x-hop")]
    [InlineData("upgrade,a")]
    public void The_largest_count_promised_is_enough(string sent)
    {
        var bytes = Encoding.Latin1.GetBytes(sent);

        Assert.InRange(ConnectionFieldEncoding.Instance.GetCharCount(bytes), 0, ConnectionFieldEncoding.Instance.GetMaxCharCount(bytes.Length));
    }

    private static string Decode(string sent) => ConnectionFieldEncoding.Instance.GetString(Encoding.Latin1.GetBytes(sent));
}
