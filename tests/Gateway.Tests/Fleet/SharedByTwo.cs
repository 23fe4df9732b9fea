using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;

namespace Gateway.Tests.Fleet;

/// <summary>A stream of one upstream for a client at each of two gateways; the first of them has the upstream.</summary>
internal sealed record SharedByTwo(
    ScriptedUpstream Upstream, GatewayUnderTest One, GatewayUnderTest Two, UpstreamExchange Exchange, RawResponse There, RawResponse Here) : IAsyncDisposable
{
    /// <param name="redis">The gateways'; not disposed with them.</param>
    /// <param name="settings">Of both.</param>
    public static async Task<SharedByTwo> StartAsync(RedisServer redis, params string[] settings)
    {
        var upstream = ScriptedUpstream.Start();
        var one = await Node.StartAsync(upstream.Url, redis, "one", settings);
        var two = await Node.StartAsync(upstream.Url, redis, "two", settings);
        var (exchange, there) = await one.OpenStreamAsync(upstream);
        return new SharedByTwo(upstream, one, two, exchange, there, await two.OpenAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Here.Dispose();
        There.Dispose();
        await Two.DisposeAsync();
        await One.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
