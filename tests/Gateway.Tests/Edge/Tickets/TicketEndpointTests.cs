using System.Text.Json;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

/// <summary><c>POST /_gateway/tickets</c>.</summary>
public sealed class TicketEndpointTests
{
    private const string Carriers = "SseGateway:Authentication:Carriers:";
    private const string Page = "https://app.example";

    [Fact]
    public async Task Answer_says_how_the_ticket_is_used_and_is_kept_nowhere()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, [.. Tokens.RequireHs256(Carriers + "Ticket=t", "SseGateway:Tickets:FirstUse=12s")]);
        var claims = Tokens.Claims();
        var end = DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]!);

        using var answer = await gateway.SendAsync("POST", TicketGateway.Path, [$"Authorization: Bearer {Tokens.Hs256(claims)}"]);
        var json = JsonDocument.Parse(await answer.ReadTextAsync()).RootElement;

        Assert.Equal((201, "application/json", "no-store"), (answer.Status, answer.Head.Value("Content-Type"), answer.Head.Value("Cache-Control")));
        Assert.Equal(43, json.GetProperty("ticket").GetString()!.Length);
        Assert.Equal("t", json.GetProperty("parameter").GetString());
        Assert.Equal(12_000, json.GetProperty("usableForMs").GetInt64());
        Assert.Equal(end, json.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.EndsWith("Z", json.GetProperty("expiresAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("header", 201)]
    [InlineData("key", 201)]
    [InlineData("query", 201)]
    [InlineData("cookie", 201)]
    [InlineData("cookie of the gateway's own page", 201)]
    [InlineData("cookie of a foreign page", 403)]
    [InlineData("ticket", 401)]
    [InlineData("none", 401)]
    [InlineData("other scheme", 401)]
    [InlineData("wrong", 401)]
    [InlineData("wrong beside a good cookie", 401)]
    [InlineData("without the scope", 403)]
    public async Task Any_carrier_of_a_route_will_do_but_no_ticket(string credential, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Tokens.RequireHs256(Carriers + "Cookie=chat_token", Carriers + "Query=access_token", "SseGateway:Authentication:RequiredScopes:0=read"),
                .. TicketGateway.ApiKeySettings(),
            ]);
        var claims = Tokens.Claims();
        var without = Tokens.Hs256(claims);
        claims["scope"] = "read write";
        var token = Tokens.Hs256(claims);
        var ticket = await gateway.TicketForAsync(token);

        using var answer = await gateway.SendAsync(
            "POST",
            TicketGateway.Path + credential switch { "query" => $"?access_token={token}", "ticket" => $"?ticket={ticket}", _ => "" },
            credential switch
            {
                "header" => [$"Authorization: Bearer {token}"],
                "key" => [$"X-Api-Key: {TicketGateway.ApiKey}"],
                "cookie" => [$"Cookie: chat_token={token}"],
                "cookie of the gateway's own page" => [$"Cookie: chat_token={token}", $"Origin: http://{gateway.Address.Authority}"],
                "cookie of a foreign page" => [$"Cookie: chat_token={token}", "Origin: https://evil.example"],
                "other scheme" => ["Authorization: Basic YTpi"],
                "wrong" => [$"Authorization: Bearer {token}x"],
                "wrong beside a good cookie" => [$"Authorization: Bearer {token}x", $"Cookie: chat_token={token}"],
                "without the scope" => [$"Authorization: Bearer {without}"],
                _ => [],
            });

        Assert.Equal(status, answer.Status);
        Assert.Equal("no-store", answer.Head.Value("Cache-Control"));
        if (status == 401) Assert.StartsWith("Bearer", answer.Head.Value("WWW-Authenticate"), StringComparison.Ordinal);
        if (credential == "without the scope") Assert.Contains("scope=\"read\"", answer.Head.Value("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_of_several_settings_is_asked_and_the_ticket_is_good_where_it_was_accepted()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [
                .. GatewayUnderTest.Route("page", "/{**path}", upstream.Url), .. GatewayUnderTest.Route("people", "/people", upstream.Url),
                .. GatewayUnderTest.Route("robots", "/robots", upstream.Url), .. GatewayUnderTest.Route("others", "/others", upstream.Url),
            ],
            [
                .. Tokens.RequireHs256().Select(setting => setting.Replace("SseGateway:", "SseGateway:Routes:people:", StringComparison.Ordinal)),
                "SseGateway:Routes:robots:Authentication:Mode=Required", .. TicketGateway.ApiKeySettings("SseGateway:Routes:robots"),
                "SseGateway:Routes:others:Authentication:Mode=Required", .. TicketGateway.ApiKeySettings("SseGateway:Routes:others", "another key"),
            ]);
        string[] robot = [$"X-Api-Key: {TicketGateway.ApiKey}"];

        foreach (var (path, status) in new[] { ("/robots", 200), ("/people", 401), ("/others", 401) })
        {
            using var response = await gateway.OpenAsync($"{path}?ticket={await gateway.TicketAsync(robot)}");
            Assert.Equal((path, status), (path, response.Status));
        }
        using (var person = await gateway.OpenAsync($"/people?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}")) Assert.Equal(200, person.Status);
    }

    [Fact]
    public async Task Without_a_route_that_takes_tickets_the_path_is_the_upstreams()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", exchange.Request.Target));
        await using var open = await GatewayUnderTest.StartAsync(upstream);
        await using var off = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Carriers + "Ticket=")]);

        using var answer = await open.SendAsync("POST", TicketGateway.Path + "?ticket=1");
        using var another = await off.SendAsync("POST", TicketGateway.Path + "?ticket=2", [$"Authorization: Bearer {Tokens.For("ada")}"]);

        Assert.Equal((TicketGateway.Path + "?ticket=1", TicketGateway.Path + "?ticket=2"), (await answer.ReadTextAsync(), await another.ReadTextAsync()));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    public async Task Other_methods_get_nothing(string method)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);

        using var answer = await gateway.SendAsync(method, TicketGateway.Path, [$"Authorization: Bearer {Tokens.For("ada")}"]);

        Assert.Equal((405, "POST"), (answer.Status, answer.Head.Value("Allow")));
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("SseGateway:Tickets:PerSubject=1", 429)]
    [InlineData("SseGateway:Tickets:Total=1", 503)]
    public async Task Too_many_tickets_are_refused_with_a_time_to_wait(string setting, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), setting]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));
        var (_, response) = await gateway.OpenStreamAsync(upstream, $"/events?ticket={ticket}");
        using var open = response;

        using var refused = await gateway.SendAsync("POST", TicketGateway.Path, [$"Authorization: Bearer {Tokens.For(status == 429 ? "ada" : "bob")}"]);

        Assert.Equal((status, "application/problem+json"), (refused.Status, refused.Head.Value("Content-Type")));
        Assert.InRange(int.Parse(refused.Head.Value("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 5, 10);
    }

    [Fact]
    public async Task Token_that_is_good_only_by_the_clock_skew_gets_no_ticket()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256("SseGateway:Authentication:Jwt:ClockSkew=1h")]);
        var claims = Tokens.Claims();
        claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds();

        using var refused = await gateway.SendAsync("POST", TicketGateway.Path, [$"Authorization: Bearer {Tokens.Hs256(claims)}"]);

        Assert.Equal(401, refused.Status);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_said_to_be_so()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, "SseGateway:Authentication:Mode=Required", "SseGateway:Authentication:Jwt:Authority=http://127.0.0.1:1",
            $"SseGateway:Authentication:Jwt:Audience={Tokens.Audience}");

        using var refused = await gateway.SendAsync("POST", TicketGateway.Path, [$"Authorization: Bearer {TestToken.Rs256()}"]);

        Assert.Equal(503, refused.Status);
        Assert.True(refused.Head.Has("Retry-After"));
    }

    [Theory]
    [InlineData("", Page, true)]
    [InlineData("", "https://evil.example", false)]
    [InlineData("Routes:upstream:", Page, true)]
    public async Task Pages_of_allowed_origins_may_ask(string section, string origin, bool allowed)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [
                .. Tokens.RequireHs256(), .. TicketGateway.ApiKeySettings(), $"SseGateway:{section}Cors:Origins:0={Page}",
                $"SseGateway:{section}Cors:Methods:0=GET",
                $"SseGateway:{section}Cors:AllowCredentials=true",
            ]);
        string[] fromPage = [$"Origin: {origin}"];

        using var preflight = await gateway.SendAsync(
            "OPTIONS", TicketGateway.Path, [.. fromPage, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,x-api-key"]);
        using var issued = await gateway.SendAsync("POST", TicketGateway.Path, [.. fromPage, $"Authorization: Bearer {Tokens.For("ada")}"]);
        using var refused = await gateway.SendAsync("POST", TicketGateway.Path, fromPage);

        Assert.Equal((204, 201, 401), (preflight.Status, issued.Status, refused.Status));
        foreach (var answer in new[] { preflight, issued, refused })
        {
            Assert.Equal(allowed ? origin : null, answer.Head.Value("Access-Control-Allow-Origin"));
            Assert.Equal(allowed ? "true" : null, answer.Head.Value("Access-Control-Allow-Credentials"));
            Assert.Contains("Origin", answer.Head.Members("Vary"), StringComparer.OrdinalIgnoreCase);
        }
        if (allowed)
        {
            Assert.Equal(["POST"], preflight.Head.Members("Access-Control-Allow-Methods"));
            Assert.Contains("Authorization", preflight.Head.Members("Access-Control-Allow-Headers"));
            Assert.Contains("X-Api-Key", preflight.Head.Members("Access-Control-Allow-Headers"));
        }
    }
}
