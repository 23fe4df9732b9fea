using System.Text.Json.Nodes;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>Clients that must not have a stream in common, and what the upstream learns of those that have: through the running gateway.</summary>
public sealed class IsolationTests
{
    private const string Shared = "SseGateway:Sharing:Enabled=true";
    private const string By = "SseGateway:Sharing:ShareBy=";
    private const string All = "SseGateway:Sharing:Join=all";
    private const string OwnIds = "SseGateway:Sharing:Ids=Gateway";

    private static readonly string[] Carriers = ["Cookie", "Authorization", "X-Api-Key"];

    [Fact]
    public async Task Two_subjects_never_share_and_one_does_with_itself()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Shared, By + "subject")]);
        var (adas, ada) = await gateway.OpenStreamAsync(upstream, "/events", Bearer("ada"));
        var (bobs, bob) = await gateway.OpenStreamAsync(upstream, "/events", Bearer("bob"));
        using var adaAgain = await gateway.OpenAsync("/events", Bearer("ada"));
        Assert.Equal(["ada"], adas.Request.Values("Gateway-Subject"));
        Assert.Equal(["bob"], bobs.Request.Values("Gateway-Subject"));

        await adas.SendAsync("data: for ada\n\n");
        await bobs.SendAsync("data: for bob\n\n");
        await ada.ExpectAsync("data: for ada\n\n");
        await adaAgain.ExpectAsync("data: for ada\n\n");
        await bob.ExpectAsync("data: for bob\n\n");
        Assert.Equal(2, upstream.RequestCount);
        ada.Dispose();
        bob.Dispose();
    }

    [Fact]
    public async Task Claims_part_clients_and_the_upstream_is_told_them_and_not_who_they_are()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Shared, By + "claim:tenant")]);
        var (reds, ada) = await gateway.OpenStreamAsync(
            upstream, "/events", Bearer("ada", "red & green"), "Gateway-Claim-tenant: blue", "Gateway_Claim_tenant: blue");
        var (blues, bob) = await gateway.OpenStreamAsync(upstream, "/events", Bearer("bob", "blue"));
        using var eve = await gateway.OpenAsync("/events", Bearer("eve", "red & green"));
        Assert.Equal(["red%20%26%20green"], reds.Request.Values("Gateway-Claim-tenant"));
        Assert.Equal(["blue"], blues.Request.Values("Gateway-Claim-tenant"));
        Assert.False(reds.Request.Has("Gateway_Claim_tenant"));
        Assert.False(reds.Request.Has("Gateway-Subject"));

        await reds.SendAsync("data: red\n\n");
        await blues.SendAsync("data: blue\n\n");
        await ada.ExpectAsync("data: red\n\n");
        await eve.ExpectAsync("data: red\n\n");
        await bob.ExpectAsync("data: blue\n\n");
        Assert.Equal(2, upstream.RequestCount);
        ada.Dispose();
        bob.Dispose();
    }

    [Fact]
    public async Task Lines_of_a_header_are_not_the_same_as_one_line_with_commas()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Shared, By + "header:X-Room");
        var (ones, one) = await gateway.OpenStreamAsync(upstream, "/events", "X-Room: a,b");
        var (twos, two) = await gateway.OpenStreamAsync(upstream, "/events", "X-Room: a", "X-Room: b");
        using var again = await gateway.OpenAsync("/events", "X-Room: a", "X-Room: b");
        await ones.SendAsync("data: 1\n\n");
        await twos.SendAsync("data: 2\n\n");
        await one.ExpectAsync("data: 1\n\n");
        await two.ExpectAsync("data: 2\n\n");
        await again.ExpectAsync("data: 2\n\n");
        Assert.Equal(2, upstream.RequestCount);
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task Headers_part_clients_and_the_upstream_is_told_them_and_no_others()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Shared, By + "header:X-Room");
        var (ones, first) = await gateway.OpenStreamAsync(upstream, "/events", "X-Room: 1", "X-Other: a", "User-Agent: b", "X-Forwarded-For: 192.0.2.1");
        var (twos, second) = await gateway.OpenStreamAsync(upstream, "/events", "X-Room: 2");
        var (nones, third) = await gateway.OpenStreamAsync(upstream, "/events", "X-Room:");
        var (blanks, blank) = await gateway.OpenStreamAsync(upstream, "/events");
        using var again = await gateway.OpenAsync("/events", "X-Room: 1");
        using var empty = await gateway.OpenAsync("/events", "X-Room: ");
        Assert.Equal(["1"], ones.Request.Values("X-Room"));
        Assert.Equal(["2"], twos.Request.Values("X-Room"));
        Assert.Equal([""], nones.Request.Values("X-Room"));
        Assert.False(blanks.Request.Has("X-Room"));
        Assert.False(ones.Request.Has("X-Other") || ones.Request.Value("User-Agent") != "SseGateway"
            || ones.Request.Raw.Contains("192.0.2.1", StringComparison.Ordinal), ones.Request.Raw);

        await ones.SendAsync("data: 1\n\n");
        await twos.SendAsync("data: 2\n\n");
        await nones.SendAsync("data: empty\n\n");
        await blanks.SendAsync("data: none\n\n");
        foreach (var (client, data) in new[] { (first, "1"), (second, "2"), (third, "empty"), (blank, "none"), (again, "1"), (empty, "empty") })
        {
            await client.ExpectAsync($"data: {data}\n\n");
        }

        Assert.Equal(4, upstream.RequestCount);
        first.Dispose();
        second.Dispose();
        third.Dispose();
        blank.Dispose();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task What_only_the_gateway_may_say_is_taken_out_of_requests_that_are_not_shared_as_well(string method)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", exchange.Request.Raw));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Shared, By + "claim:tenant")]);
        using var answer = await gateway.SendAsync(
            method, "/page", [Bearer("ada", "red"), "Gateway-Claim-tenant: blue", "gateway_claim-TENANT: blue", "Gateway-Claim-role: blue",
                "Gateway_Subject: blue", "Gateway: mine"]);
        var seen = await answer.ReadTextAsync();
        Assert.DoesNotContain("blue", seen, StringComparison.Ordinal);
        Assert.Contains("Gateway: mine", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_of_another_stream_tells_nothing_of_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Shared, By + "subject", All)]);
        var (adas, ada) = await gateway.OpenStreamAsync(upstream, "/events", Bearer("ada"));
        var (bobs, bob) = await gateway.OpenStreamAsync(upstream, "/events", Bearer("bob"));
        await adas.SendAsync("id: secret-1\ndata: for ada\n\nid: 7\ndata: for ada\n\n");
        await ada.ExpectAsync("id: secret-1\ndata: for ada\n\nid: 7\ndata: for ada\n\n");
        await bobs.SendAsync("id: 7\ndata: for bob\n\nid: 8\ndata: for bob\n\n");
        await bob.ExpectAsync("id: 7\ndata: for bob\n\nid: 8\ndata: for bob\n\n");

        // One that is ada's alone, one that both have, and one that nobody has: bob gets the same as if ada were not there.
        using var unknown = await gateway.OpenAsync("/events", Bearer("bob"), "Last-Event-ID: secret-1");
        using var known = await gateway.OpenAsync("/events?lastEventId=7", Bearer("bob"));
        using var madeUp = await gateway.OpenAsync("/events", Bearer("bob"), "Last-Event-ID: made-up");
        await ExpectGapAsync(unknown, "secret-1", "7", "unknown", "id: 7\ndata: for bob\n\nid: 8\ndata: for bob\n\n");
        Assert.Equal("exact", known.Head.Value("Sse-Resume"));
        await known.ExpectAsync("id: 8\ndata: for bob\n\n");
        await ExpectGapAsync(madeUp, "made-up", "7", "unknown", "id: 7\ndata: for bob\n\nid: 8\ndata: for bob\n\n");
        Assert.Equal(2, upstream.RequestCount);
        ada.Dispose();
        bob.Dispose();
    }

    [Fact]
    public async Task An_id_of_the_gateways_is_worth_nothing_at_another_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Shared, OwnIds, All);
        var (reds, red) = await gateway.OpenStreamAsync(upstream, "/red");
        var (blues, blue) = await gateway.OpenStreamAsync(upstream, "/blue");
        await reds.SendAsync("data: red\n\ndata: red\n\n");
        var cursor = await ReadIdAsync(red);
        await blues.SendAsync("data: blue\n\n");
        var own = await ReadIdAsync(blue);

        using var other = await gateway.OpenAsync("/blue", $"Last-Event-ID: {cursor}");
        await ExpectGapAsync(other, cursor, own, "epoch", $"id: {own}\ndata: blue\n\n");
        using var back = await gateway.OpenAsync("/red", $"Last-Event-ID: {cursor}");
        Assert.Equal("exact", back.Head.Value("Sse-Resume"));
        Assert.StartsWith("id: ", await back.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("data: red", await back.ReadLineAsync());
        red.Dispose();
        blue.Dispose();
    }

    [Theory]
    [InlineData("header")]
    [InlineData("query")]
    [InlineData("cookie")]
    [InlineData("ticket")]
    [InlineData("key")]
    public async Task Credentials_never_go_upstream_neither_at_first_nor_when_it_is_dialled_again(string carrier)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Tokens.RequireHs256(Shared, "SseGateway:Authentication:Carriers:Query=access_token", "SseGateway:Authentication:Carriers:Cookie=session"),
                .. TicketGateway.ApiKeySettings(),
            ]);
        var token = Tokens.For("ada");
        var ticket = carrier == "ticket" ? await gateway.TicketForAsync(token) : "none";
        var (target, field) = carrier switch
        {
            "query" => ($"/events?a=1&access_token={token}&b=2", "X-Nothing: x"),
            "ticket" => ($"/events?a=1&ticket={ticket}&b=2", "X-Nothing: x"),
            "cookie" => ("/events?a=1&b=2", $"Cookie: theme=dark; session={token}"),
            "key" => ("/events?a=1&b=2", $"X-Api-Key: {TicketGateway.ApiKey}"),
            _ => ("/events?a=1&b=2", $"Authorization: Bearer {token}"),
        };
        var (first, response) = await gateway.OpenStreamAsync(upstream, target, field);

        // Whoever comes by another carrier asks for the same.
        using var other = await gateway.OpenAsync("/events?a=1&b=2", Bearer("bob"));
        Assert.Equal(200, other.Status);
        first.Cut();
        var second = await upstream.NextAsync();
        await second.StartStreamAsync();
        foreach (var request in new[] { first.Request, second.Request })
        {
            Assert.Equal("/events?a=1&b=2", request.Target);
            Assert.All(new[] { token, ticket, TicketGateway.ApiKey, "theme" }, secret => Assert.DoesNotContain(secret, request.Raw, StringComparison.Ordinal));
            Assert.All(Carriers, name => Assert.False(request.Has(name), name));
        }

        await second.SendAsync("data: on\n\n");
        await response.ExpectAsync("data: on\n\n");
        await other.ExpectAsync("data: on\n\n");
        response.Dispose();
    }

    [Fact]
    public async Task Without_authentication_cookies_are_not_passed_on_for_everybody_either()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Shared);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", "Cookie: session=s3cret", "Proxy-Authorization: s3cret");
        Assert.DoesNotContain("s3cret", exchange.Request.Raw, StringComparison.Ordinal);
        response.Dispose();
    }

    private static string Bearer(string subject, string? tenant = null)
    {
        var claims = Tokens.Claims(subject);
        if (tenant is not null)
        {
            claims["tenant"] = JsonValue.Create(tenant);
        }

        return $"Authorization: Bearer {Tokens.Hs256(claims)}";
    }

    private static async Task ExpectGapAsync(RawResponse response, string after, string resumedAt, string reason, string rest)
    {
        Assert.Equal((200, "gap"), (response.Status, response.Head.Value("Sse-Resume")));
        await response.ExpectAsync(
            $$"""event: gateway.gap{{"\n"}}data: {"after":"{{after}}","resumedAt":"{{resumedAt}}","reason":"{{reason}}"}{{"\n\n"}}""" + rest);
    }

    // Of the next event.
    private static async Task<string> ReadIdAsync(RawResponse response)
    {
        var id = (await response.ReadLineAsync())["id: ".Length..];
        Assert.StartsWith("data: ", await response.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("", await response.ReadLineAsync());
        return id;
    }
}
