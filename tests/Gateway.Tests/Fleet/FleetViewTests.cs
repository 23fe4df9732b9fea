using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Tests.Fleet.Answers;
using Gateway.Tests.Keeping;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Keeping;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary><c>GET /fleet</c>: what an operator reads of gateways, shared streams and kept answers.</summary>
public sealed class FleetViewTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_gateway_lists_the_nodes_and_its_shared_streams_with_who_leads_them()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var both = await SharedByTwo.StartAsync(redis);
        var (_, one, two, exchange, there, here) = both;
        await exchange.SendAsync(Share.Event(1));
        await there.ExpectAsync(Share.Event(1));
        await here.ExpectAsync(Share.Event(1));
        await Deadline.UntilAsync(async () => (await ViewAsync(two)).GetProperty("streams")[0].GetProperty("leader").GetString() == "one");
        foreach (var (gateway, name) in new[] { (one, "one"), (two, "two") })
        {
            var view = await ViewAsync(gateway);
            Assert.Equal((name, true, 1, 0), (
                view.GetProperty("node").GetString(), view.GetProperty("redis").GetProperty("here").GetBoolean(), view.GetProperty("total").GetInt32(),
                view.GetProperty("totalAnswers").GetInt32()));
            var stream = Assert.Single(view.GetProperty("streams").EnumerateArray());
            Assert.Equal(("upstream", "/events", "one", name == "one", 1), (
                stream.GetProperty("route").GetString(), stream.GetProperty("path").GetString(), stream.GetProperty("leader").GetString(),
                stream.GetProperty("leads").GetBoolean(), stream.GetProperty("clients").GetInt32()));
        }

        await Deadline.UntilAsync(async () => Nodes(await ViewAsync(one)) == "one 1/1/0, two 1/0/0");
    }

    [Fact]
    public async Task A_kept_answer_is_listed_where_it_is_kept_and_where_it_is_read_without_the_right_to_read_it()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await response.ExpectAsync(Keep.Tokens(1, 2));
        Assert.Equal(0, (await ViewAsync(fleet.Two)).GetProperty("totalAnswers").GetInt32());
        using var reader = await fleet.Two.ReadAgainAsync(response.Id());
        await reader.ExpectAsync(Keep.Tokens(1, 2));
        response.Client.Reset();
        var masked = AnswerId.Masked(response.Id());
        await Deadline.UntilAsync(async () => await AnswerAsync(fleet.One) == (masked, "one", 2, Over: false, Read: false, Behind: false));
        await Deadline.UntilAsync(async () => await AnswerAsync(fleet.Two) == (masked, "one", 2, Over: false, Read: true, Behind: false));
        await Deadline.UntilAsync(async () => Nodes(await ViewAsync(fleet.Two)) == "one 0/0/1, two 1/0/0");

        await fleet.Redis.KillAsync();
        await exchange.SendAsync(Keep.Token(3));
        await exchange.EndAsync();
        await Deadline.UntilAsync(async () => await AnswerAsync(fleet.One) == (masked, "one", 3, Over: true, Read: false, Behind: true));
        await fleet.Redis.StartAsync();
        await Deadline.UntilAsync(async () => await AnswerAsync(fleet.Two) == (masked, "one", 3, Over: true, Read: false, Behind: false));
        await reader.ExpectEndAsync(Keep.Token(3), BodyEnding.Clean);
        response.Dispose();
    }

    [Fact]
    public async Task A_gateway_that_is_alone_has_none()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var answer = await gateway.Admin.GetAsync("/fleet", Test);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<JsonElement> ViewAsync(GatewayUnderTest gateway) => gateway.Admin.GetFromJsonAsync<JsonElement>("/fleet", Test);

    private static string Nodes(JsonElement view) => string.Join(", ", view.GetProperty("nodes").EnumerateArray().Select(node =>
        $"{node.GetProperty("name")} {node.GetProperty("clients")}/{node.GetProperty("leads")}/{node.GetProperty("answers")}"));

    private static async Task<(string? Id, string? Node, long Events, bool Over, bool Read, bool Behind)> AnswerAsync(GatewayUnderTest gateway)
    {
        var answer = Assert.Single((await ViewAsync(gateway)).GetProperty("answers").EnumerateArray());
        return (
            answer.GetProperty("id").GetString(), answer.GetProperty("node").GetString(), answer.GetProperty("events").GetInt64(),
            answer.GetProperty("over").GetBoolean(), answer.GetProperty("read").GetBoolean(), answer.GetProperty("behind").GetBoolean());
    }
}
