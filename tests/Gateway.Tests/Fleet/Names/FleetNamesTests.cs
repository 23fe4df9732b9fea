using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Fleet.Names;

/// <summary>What one gateway has given a name to, another one knows whose it is.</summary>
public sealed class FleetNamesTests
{
    private static readonly string[] Mcp = ["Accept: application/json, text/event-stream", "Content-Type: application/json"];

    [Fact]
    public async Task Gateway_without_a_name_does_not_tell_clients_that_of_its_host()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "", Keep.With());
        var (_, response) = await one.AskAsync(upstream);
        Assert.Matches(@"^[A-Za-z0-9_-]{30}\.[0-9a-f]{12}$", response.Id());
        response.Dispose();
    }

    [Fact]
    public async Task Session_of_mcp_comes_to_the_destination_that_has_issued_it_by_way_of_any_gateway()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = ScriptedUpstream.Start();
        await using var second = ScriptedUpstream.Start();
        first.Serve(exchange => AnswerAsync(exchange, "first"));
        second.Serve(exchange => AnswerAsync(exchange, "second"));
        string[] settings =
        [
            .. GatewayUnderTest.Route("mcp", "/mcp", first.Url, second.Url), "ReverseProxy:Clusters:mcp:LoadBalancingPolicy=RoundRobin", redis.Setting,
        ];
        await using var one = await GatewayUnderTest.StartWithRoutesAsync(settings);
        await using var two = await GatewayUnderTest.StartWithRoutesAsync(settings);
        await Deadline.UntilAsync(() => Node.Store(one).Status.IsHere && Node.Store(two).Status.IsHere);
        var sessions = new HashSet<string>();
        for (var i = 0; i < 6; i++)
        {
            using var begun = await one.SendAsync("POST", "/mcp", Mcp, "{}");
            var session = begun.Head.Value("Mcp-Session-Id")!;
            sessions.Add(session.Split('-')[0]);
            await begun.ReadToEndAsync();
            foreach (var gateway in new[] { two, one, two })
            {
                using var answer = await gateway.SendAsync("POST", "/mcp", [.. Mcp, $"Mcp-Session-Id: {session}"], "{}");
                Assert.Equal(200, answer.Status);
                await answer.ReadToEndAsync();
            }
        }

        Assert.Equal(["first", "second"], sessions.Order());
        await redis.KillAsync();
        using var without = await two.SendAsync("POST", "/mcp", [.. Mcp, "Mcp-Session-Id: first-0"], "{}");
        Assert.NotEqual(502, without.Status);
    }

    private static Task AnswerAsync(UpstreamExchange exchange, string name) =>
        exchange.Request.Value("Mcp-Session-Id") is not { } session
            ? exchange.AnswerAsync(200, "application/json", "{}", $"Mcp-Session-Id: {name}-{Guid.NewGuid():N}")
            : exchange.AnswerAsync(session.StartsWith(name, StringComparison.Ordinal) ? 200 : 404, "application/json", "{}");
}
