using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>Two gateways that keep answers, a service behind them, and a Redis.</summary>
internal sealed class AnswersFleet : IAsyncDisposable
{
    private AnswersFleet(RedisServer redis, ScriptedUpstream upstream, GatewayUnderTest one, GatewayUnderTest two) =>
        (Redis, Upstream, One, Two) = (redis, upstream, one, two);

    public RedisServer Redis { get; }

    public ScriptedUpstream Upstream { get; }

    public GatewayUnderTest One { get; }

    public GatewayUnderTest Two { get; }

    public static async Task<AnswersFleet> StartAsync(params string[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var upstream = ScriptedUpstream.Start();
        string[] all = [.. Keep.With(), .. settings];
        var one = await Node.StartAsync(upstream.Url, redis, "one", all);
        var two = await Node.StartAsync(upstream.Url, redis, "two", all);
        await Deadline.UntilAsync(() => Node.Store(one).Nodes.Count == 2 && Node.Store(two).Nodes.Count == 2, "both to know both");
        return new AnswersFleet(redis, upstream, one, two);
    }

    public async ValueTask DisposeAsync()
    {
        await Two.DisposeAsync();
        await One.DisposeAsync();
        await Upstream.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
