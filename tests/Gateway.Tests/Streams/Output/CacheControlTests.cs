using Microsoft.Extensions.Primitives;
using SseGateway.Streams.Output;
using Xunit;

namespace Gateway.Tests.Streams.Output;

public sealed class CacheControlTests
{
    [Theory]
    [InlineData("", "no-cache, no-transform")]
    [InlineData("no-store", "no-store, no-transform")]
    [InlineData("private, max-age=0", "private, max-age=0, no-transform")]
    [InlineData("no-transform", "no-transform")]
    [InlineData("no-cache, No-Transform", "no-cache, No-Transform")]
    public void What_the_upstream_said_stays_and_no_transform_is_added_once(string upstream, string expected) =>
        Assert.Equal(expected, CacheControl.ForStream(upstream).ToString());

    [Fact]
    public void A_field_of_several_lines_gets_one_more() =>
        Assert.Equal(["no-store", "private", "no-transform"], CacheControl.ForStream(new StringValues(["no-store", "private"])).ToArray());

    [Fact]
    public void No_transform_on_any_line_is_enough()
    {
        var upstream = new StringValues(["no-transform", "private"]);

        Assert.Equal(upstream, CacheControl.ForStream(upstream));
    }

    [Fact]
    public void Without_a_field_the_stream_gets_one() => Assert.Equal("no-cache, no-transform", CacheControl.ForStream(default).ToString());
}
