using System.Globalization;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Affinity;
using Xunit;

namespace Gateway.Tests.Affinity;

/// <summary>A session of the Model Context Protocol lives at the destination that has issued it, and its requests come there.</summary>
public sealed class McpAffinityTests
{
    private static readonly string[] Fields = ["Accept: application/json, text/event-stream", "Content-Type: application/json"];

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task Every_request_of_a_session_comes_to_the_one_that_issued_it(string type)
    {
        await using var one = ScriptedUpstream.Start();
        await using var two = ScriptedUpstream.Start();
        one.Serve(exchange => AnswerAsync(exchange, "one", type));
        two.Serve(exchange => AnswerAsync(exchange, "two", type));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("mcp", "/mcp", one.Url, two.Url), "ReverseProxy:Clusters:mcp:LoadBalancingPolicy=RoundRobin");
        var sessions = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            using var begun = await gateway.SendAsync("POST", "/mcp", Fields, "{}");
            var session = begun.Head.Value("Mcp-Session-Id")!;
            await begun.ReadToEndAsync();
            sessions.Add(session.Split('-')[0]);
            foreach (var method in new[] { "POST", "POST", "GET", "POST", "DELETE" })
            {
                using var answer = await gateway.SendAsync(method, "/mcp", [.. Fields, $"mcp-session-id: {session}"], method == "POST" ? "{}" : "");
                Assert.Equal((method, 200), (method, answer.Status));
                await answer.ReadToEndAsync();
            }
        }

        // Both have issued some, or the test says nothing.
        Assert.Equal(["one", "two"], sessions.Order());
    }

    [Fact]
    public async Task A_session_whose_destination_is_gone_is_over_by_the_word_of_another_one()
    {
        await using var one = ScriptedUpstream.Start();
        await using var two = ScriptedUpstream.Start();
        one.Serve(exchange => AnswerAsync(exchange, "one", "application/json"));
        two.Serve(exchange => AnswerAsync(exchange, "two", "application/json"));
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync("--upstream", one.Url, "--upstream", two.Url);
        using var begun = await gateway.SendAsync("POST", "/mcp", Fields, "{}");
        var session = begun.Head.Value("Mcp-Session-Id")!;
        await (session.StartsWith("one", StringComparison.Ordinal) ? one : two).DisposeAsync();

        // 502 as long as the gateway has not heard that the connection it kept is closed: what was sent on it is not sent again.
        await Deadline.UntilAsync(
            async () =>
            {
                using var answer = await gateway.SendAsync("POST", "/mcp", [.. Fields, $"Mcp-Session-Id: {session}"], "{}");
                return answer.Status == 404;
            },
            "another service's word");
    }

    [Fact]
    public async Task As_many_sessions_are_known_as_there_may_be_and_the_one_used_least_recently_goes()
    {
        var sessions = new McpSessions();
        for (var i = 0; i < McpSessions.Capacity; i++) await sessions.NoteAsync("c", i.ToString(CultureInfo.InvariantCulture), "d");
        Assert.Equal("d", await sessions.FindAsync("c", "0"));

        await sessions.NoteAsync("c", "next", "e");

        Assert.Equal(("d", null, "e", null), (
            await sessions.FindAsync("c", "0"), await sessions.FindAsync("c", "1"), await sessions.FindAsync("c", "next"),
            await sessions.FindAsync("other", "next")));
    }

    [Fact]
    public async Task A_session_that_is_issued_again_is_the_new_issuers()
    {
        var sessions = new McpSessions();
        await sessions.NoteAsync("c", "s", "one");
        await sessions.NoteAsync("c", "s", "two");
        Assert.Equal("two", await sessions.FindAsync("c", "s"));
    }

    private static Task AnswerAsync(UpstreamExchange exchange, string name, string type) =>
        exchange.Request.Value("Mcp-Session-Id") is not { } session
            ? exchange.AnswerAsync(200, type, "data: {}\n\n", $"Mcp-Session-Id: {name}-{Guid.NewGuid():N}")
            : exchange.AnswerAsync(session.StartsWith(name, StringComparison.Ordinal) ? 200 : 404, type, "data: {}\n\n");
}
