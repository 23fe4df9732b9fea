using SseGateway.Harness.Client.Frames;
using Xunit;

namespace Harness.Tests.Client;

public sealed class FieldBlockTests
{
    [Theory]
    [InlineData("88", 200)]
    [InlineData("8E", 500)]
    [InlineData("2088", 200)]
    [InlineData("4803353032", 502)]
    [InlineData("0803343331", 431)]
    [InlineData("48826402", 302)]
    [InlineData("48836C0CFF", 503)]
    [InlineData("0F", 0)]
    public void A_status_is_read_in_each_form_it_may_have(string block, int status) =>
        Assert.Equal(status, FieldBlock.ReadStatus(Convert.FromHexString(block)));

    [Fact]
    public void A_long_value_has_its_length_in_more_bytes()
    {
        var block = FieldBlock.Write([("a", new string('b', 300))]);

        Assert.Equal([0, 1, (byte)'a', 127, (byte)((300 - 127) % 128 | 128), 1, (byte)'b'], block[..7]);
        Assert.Equal(6 + 300, block.Length);
    }
}
