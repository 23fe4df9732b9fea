using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Upstream;

public sealed class BackoffTests
{
    /// <summary>Never less than the upstream asked for, twice as long each time, and not for ever.</summary>
    [Theory]
    [InlineData(0, null, 200)]
    [InlineData(1, null, 400)]
    [InlineData(3, null, 1_600)]
    [InlineData(9, null, 10_000)]
    [InlineData(1_000_000, null, 10_000)]
    [InlineData(0, 3_000, 3_000)]
    [InlineData(1, 3_000, 6_000)]
    [InlineData(4, 3_000, 10_000)]
    [InlineData(0, 60_000, 60_000)]
    [InlineData(5, 60_000, 60_000)]
    [InlineData(0, int.MaxValue, int.MaxValue)]
    [InlineData(0, 0, 200)]
    [InlineData(2, 0, 800)]
    [InlineData(0, 50, 200)]
    public void Upstream_is_left_alone_for_so_long_and_up_to_half_as_long_more(int failures, int? retry, int milliseconds)
    {
        var delays = Enumerable.Range(0, 200).Select(_ => Backoff.Delay(failures, retry is { } wish ? TimeSpan.FromMilliseconds(wish) : null).TotalMilliseconds).ToArray();
        Assert.All(delays, delay => Assert.InRange(delay, milliseconds, milliseconds * 1.5));
        Assert.InRange(delays.Distinct().Count(), 100, 200);
    }
}
