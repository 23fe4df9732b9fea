using Gateway.Tests.Sharing;
using Gateway.Tests.Wire;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>A Redis whose memory is full, by each of the ways that it has with that.</summary>
public sealed class EvictionTests
{
    private const int Events = 300;

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-lru")]
    [InlineData("volatile-ttl")]
    public async Task Nothing_is_lost_and_nothing_comes_twice_where_redis_drops_what_is_in_use(string policy)
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", policy, "--maxmemory-samples", "20");
        await using var both = await SharedByTwo.StartAsync(redis);
        var (_, _, _, exchange, there, here) = both;

        // It has less than it needs, and somebody else writes too.
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", await UsedAsync(redis));
        for (var number = 1; number <= Events; number++)
        {
            await exchange.SendAsync(Share.Event(number));
            if (number % 10 == 0) await WriteAsync(redis, number);
            await there.ExpectAsync(Share.Event(number));
            await here.ExpectAsync(Share.Event(number));
        }

        Assert.True(await EvictedAsync(redis) > 0);
    }

    [Fact]
    public async Task Redis_that_takes_no_more_is_away_and_says_why_until_it_has_room()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis, "SseGateway:Fleet:Grace=10m");
        var (upstream, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", 1);
        await exchange.SendAsync(Share.Event(2));
        await Deadline.UntilAsync(() => StoreTests.Lines(one, 201) >= 1 && StoreTests.Lines(two, 201) >= 1);
        Assert.Contains(one.Log.Lines, line => line.Contains("[201]", StringComparison.Ordinal) && line.Contains("it refuses: OOM", StringComparison.Ordinal));
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", 0);
        await exchange.SendAsync(Share.Event(3));
        await there.ExpectAsync(Share.Events(1, 3));
        await here.ExpectAsync(Share.Events(2, 3));
        Assert.Equal(1, upstream.RequestCount);
    }

    private static async Task WriteAsync(RedisServer redis, int number)
    {
        try
        {
            for (var i = 0; i < 10; i++) await redis.ExecuteAsync("SET", $"other:{number}:{i}", new byte[20_000], "EX", 60);
        }
        catch (RedisServerException full) when (full.Message.StartsWith("OOM", StringComparison.Ordinal))
        {
            // Nothing is left that it may drop.
        }
    }

    private static async Task<long> UsedAsync(RedisServer redis) => await InfoAsync(redis, "used_memory:") + 200_000;

    private static Task<long> EvictedAsync(RedisServer redis) => InfoAsync(redis, "evicted_keys:");

    private static async Task<long> InfoAsync(RedisServer redis, string field) => long.Parse(
        ((string)(await redis.ExecuteAsync("INFO"))!).Split('\n').Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..],
        System.Globalization.CultureInfo.InvariantCulture);
}
