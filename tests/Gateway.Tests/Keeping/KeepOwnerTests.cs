using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>Who may read an answer again: whoever has asked for it, by what they have asked with; and what a page may see of it.</summary>
public sealed class KeepOwnerTests
{
    [Fact]
    public async Task For_others_it_is_as_if_it_were_not_there()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), .. Tokens.RequireHs256()]);
        var (exchange, response) = await gateway.AskAsync(upstream, [Bearer("ada")]);
        await exchange.SendAsync(Keep.Token(1));
        await response.ExpectAsync(Keep.Token(1));
        foreach (var method in new[] { "GET", "DELETE" })
        {
            using var others = await gateway.SendAsync(method, "/_gateway/answers/" + response.Id(), [Bearer("bob")]);
            using var unknown = await gateway.SendAsync(method, "/_gateway/answers/AAAAAAAAAAAAAAAAAAAAAA", [Bearer("bob")]);
            Assert.Equal((204, 204), (others.Status, unknown.Status));
            Assert.Equal(Fields(unknown), Fields(others));
        }

        using var own = await gateway.ReadAgainAsync(response.Id(), "", Bearer("ada"));
        await own.ExpectAsync(Keep.Token(1));
        await exchange.SendAsync(Keep.Token(2));
        await response.ExpectAsync(Keep.Token(2));
    }

    [Fact]
    public async Task Without_a_credential_nobody_learns_which_ids_there_are()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), .. Tokens.RequireHs256()]);
        var (_, response) = await gateway.AskAsync(upstream, [Bearer("ada")]);
        using var known = await gateway.ReadAgainAsync(response.Id());
        using var unknown = await gateway.ReadAgainAsync("AAAAAAAAAAAAAAAAAAAAAA");
        Assert.Equal((401, 401), (known.Status, unknown.Status));
        response.Dispose();
    }

    [Fact]
    public async Task Ids_are_long_and_never_the_same()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var ids = new HashSet<string>();
        for (var i = 0; i < 8; i++)
        {
            var (_, response) = await gateway.AskAsync(upstream);
            Assert.Matches("^[A-Za-z0-9_-]{22}$", response.Id());
            ids.Add(response.Id());
            response.Dispose();
        }

        Assert.Equal(8, ids.Count);
    }

    [Fact]
    public async Task Id_is_in_no_line_of_the_log_and_not_in_the_list_of_streams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), GatewayUnderTest.WithAdmin]);
        var (exchange, response) = await gateway.AskAsync(upstream);
        var id = response.Id();
        using var again = await gateway.ReadAgainAsync(id);
        using var wrong = await gateway.ReadAgainAsync(id, "?after=x");
        using var unknown = await gateway.ReadAgainAsync(id + "x");
        Assert.DoesNotContain(id, await gateway.Admin.GetStringAsync("/streams", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        exchange.Cut();
        await again.ReadToEndAsync();
        again.Dispose();
        response.Dispose();
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("/_gateway/answers/" + id[..6] + "~ 400", StringComparison.Ordinal)));
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_of_another_origin_may_see_the_id_and_read_and_stop_the_answer()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [.. Keep.With(), "SseGateway:Cors:Origins:0=https://app.example", "SseGateway:Cors:Methods:0=POST", "SseGateway:Cors:ExposeHeaders:0=X-Own"]);
        var (_, response) = await gateway.AskAsync(upstream, ["Origin: https://app.example"]);
        Assert.Equal("X-Own, Gateway-Stream", response.Head.Value("Access-Control-Expose-Headers"));
        using var preflight = await gateway.SendAsync(
            "OPTIONS", "/_gateway/answers/" + response.Id(), ["Origin: https://app.example", "Access-Control-Request-Method: DELETE"]);
        Assert.Equal(
            (204, "GET, DELETE", "https://app.example"),
            (preflight.Status, preflight.Head.Value("Access-Control-Allow-Methods"), preflight.Head.Value("Access-Control-Allow-Origin")));
        using var again = await gateway.ReadAgainAsync(response.Id(), "", "Origin: https://app.example");
        Assert.Equal(
            ("https://app.example", "X-Own, Gateway-Stream"),
            (again.Head.Value("Access-Control-Allow-Origin"), again.Head.Value("Access-Control-Expose-Headers")));
        using var foreign = await gateway.ReadAgainAsync(response.Id(), "", "Origin: https://evil.example");
        Assert.False(foreign.Head.Has("Access-Control-Allow-Origin"));
        response.Dispose();
    }

    [Fact]
    public async Task Readers_take_places_of_the_route()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Keep.With(), "SseGateway:Limits:StreamsPerRoute=2"]);
        var (_, response) = await gateway.AskAsync(upstream);
        using var second = await gateway.ReadAgainAsync(response.Id());
        using var third = await gateway.ReadAgainAsync(response.Id());
        Assert.Equal((200, 429), (second.Status, third.Status));
        response.Dispose();
    }

    private static string Bearer(string subject) => "Authorization: Bearer " + Tokens.For(subject);

    private static string Fields(RawResponse response) =>
        string.Join('\n', response.Head.Raw.Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)).Order());
}
