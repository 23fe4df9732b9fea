using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Upstream;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, null, 200)]
    [InlineData(1, null, 400)]
    [InlineData(5, null, 6400)]
    [InlineData(6, null, 10_000)]
    [InlineData(int.MaxValue, null, 10_000)]
    [InlineData(0, 3000, 3000)]
    [InlineData(1, 3000, 6000)]
    [InlineData(9, 3000, 10_000)]
    [InlineData(0, 60_000, 60_000)]
    [InlineData(9, 60_000, 60_000)]
    [InlineData(9, int.MaxValue, int.MaxValue)]
    [InlineData(0, 0, 200)]
    [InlineData(6, 0, 10_000)]
    [InlineData(0, 1, 200)]
    public void A_wait_doubles_up_to_a_bound_and_has_up_to_half_of_it_more(int failures, int? retry, double least)
    {
        var asked = retry is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        var delays = Enumerable.Range(0, 1000).Select(_ => Backoff.Delay(failures, asked).TotalMilliseconds).ToArray();
        Assert.All(delays, delay => Assert.InRange(delay, least, least * 1.5));
        Assert.True(delays.Max() - delays.Min() > least / 4, "they would all come at once");
    }
}
