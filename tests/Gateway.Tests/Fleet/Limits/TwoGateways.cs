using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Limits;

/// <summary>Two gateways of one fleet in front of one upstream, which opens every stream it is asked for; and their Redis.</summary>
internal sealed class TwoGateways : IAsyncDisposable
{
    private readonly List<GatewayUnderTest> _more = [];

    private TwoGateways(RedisServer redis, ScriptedUpstream upstream, string[] settings) => (Redis, Upstream, Settings) = (redis, upstream, settings);

    public RedisServer Redis { get; }

    public ScriptedUpstream Upstream { get; }

    /// <summary>What each of them is started with.</summary>
    public string[] Settings { get; }

    public GatewayUnderTest A { get; private set; } = null!;

    public GatewayUnderTest B { get; private set; } = null!;

    /// <param name="settings">Beside tokens and an admin listener.</param>
    public static async Task<TwoGateways> StartAsync(params string[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        var two = new TwoGateways(redis, upstream, [redis.Setting, GatewayUnderTest.WithAdmin, .. Tokens.RequireHs256(), .. settings]);
        two.A = await two.StartAnotherAsync("A");
        two.B = await two.StartAnotherAsync("B");
        return two;
    }

    /// <summary>One more, which has joined; it ends with the others.</summary>
    public async Task<GatewayUnderTest> StartAnotherAsync(string node, params string[] settings)
    {
        var gateway = await GatewayUnderTest.StartAsync(Upstream, [.. Settings, $"SseGateway:Fleet:Node={node}", .. settings]);
        _more.Add(gateway);
        await StoreTests.HereAsync(gateway);
        return gateway;
    }

    /// <summary>A token of a subject, as a header field.</summary>
    public static string Of(string subject) => $"Authorization: Bearer {Tokens.For(subject)}";

    /// <summary>Opens a stream that must be admitted.</summary>
    public static async Task<RawResponse> OpenAsync(GatewayUnderTest gateway, string subject = "ada", string target = "/events")
    {
        var response = await gateway.OpenAsync(target, Of(subject));
        Assert.Equal(200, response.Status);
        return response;
    }

    /// <summary>The status that one more stream gets, which is over at once.</summary>
    public static async Task<int> StatusAsync(GatewayUnderTest gateway, string subject = "ada", string target = "/more")
    {
        using var response = await gateway.OpenAsync(target, Of(subject));
        return response.Status;
    }

    /// <summary>Waits until neither has a place for more. On a busy machine Redis may answer too late for one of those who ask, who is let in then.</summary>
    public Task FullAsync() =>
        Deadline.UntilAsync(async () => (await StatusAsync(A), await StatusAsync(B)) == (429, 429), "nothing to be free at either");

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _more) await gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
