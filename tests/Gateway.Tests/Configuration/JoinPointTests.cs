using SseGateway.Configuration.Settings.Sharing;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class JoinPointTests
{
    [Theory]
    [InlineData("live", 0, "live")]
    [InlineData("Live", 0, "live")]
    [InlineData("all", int.MaxValue, "all")]
    [InlineData("ALL", int.MaxValue, "all")]
    [InlineData("last:1", 1, "last:1")]
    [InlineData("Last:250", 250, "last:250")]
    [InlineData("last:2147483647", int.MaxValue, "all")]
    public void A_place_to_begin_is_read_and_written(string text, int events, string written)
    {
        Assert.True(JoinPoint.TryParse(text, out var join));
        Assert.Equal((events, written), (join.Events, join.ToString()));
        Assert.True(JoinPoint.TryParse(written, out var again));
        Assert.Equal(join, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("last:")]
    [InlineData("last:0")]
    [InlineData("last:-1")]
    [InlineData("last:+1")]
    [InlineData("last: 1")]
    [InlineData("last:1.5")]
    [InlineData("last:2147483648")]
    [InlineData("5")]
    public void Anything_else_is_none(string text)
    {
        Assert.False(JoinPoint.TryParse(text, out _));
    }
}
