using System.Security.Cryptography;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Where a credential may be and what the upstream sees of it: catalogue 9.2.</summary>
public sealed class CredentialTests
{
    private const string ApiKey = "key-8b1f0f6e";
    private const string Carriers = "SseGateway:Authentication:Carriers:";

    [Theory]
    [Trait("Case", "9.2.1")]
    [InlineData("header", true, 200)]
    [InlineData("header", false, 401)]
    [InlineData("cookie", true, 200)]
    [InlineData("cookie", false, 401)]
    [InlineData("query", true, 200)]
    [InlineData("query", false, 401)]
    [InlineData("key", true, 200)]
    [InlineData("key", false, 401)]
    public async Task Carrier_works_when_it_is_on_and_only_then(string carrier, bool on, int status)
    {
        string[] settings = (carrier, on) switch
        {
            ("header", false) => [Carriers + "Header=false", Carriers + "Cookie=chat_token"],
            ("cookie", true) => [Carriers + "Cookie=chat_token"],
            ("query", true) => [Carriers + "Query=access_token"],
            ("key", true) => ApiKeys(),
            _ => [],
        };
        var (seen, answer) = await AskAsync(settings, carrier, Tokens.For("ada"));

        Assert.Equal(status, answer);
        Assert.Equal(status == 200, seen is not null);
    }

    [Theory]
    [Trait("Case", "9.2.3")]
    [Trait("Case", "9.2.5")]
    [InlineData("header", "ada")]
    [InlineData("cookie", "ada")]
    [InlineData("query", "ada")]
    [InlineData("key", "bot")]
    public async Task Upstream_is_told_the_subject_and_not_the_credential(string carrier, string subject)
    {
        var token = Tokens.For("ada");
        var (seen, _) = await AskAsync(AllOn(), carrier, token, "Gateway-Subject: root", "gateway-subject: admin", "Cookie: theme=dark");

        Assert.NotNull(seen);
        Assert.Equal([subject], seen.Values("Gateway-Subject"));
        Assert.Equal("/events?x=1", seen.Target);
        Assert.Contains("theme=dark", seen.Members("Cookie").SelectMany(c => c.Split("; ")));
        Assert.DoesNotContain(token, seen.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, seen.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("root", seen.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Case", "9.2.5")]
    [InlineData("header")]
    [InlineData("cookie")]
    [InlineData("query")]
    public async Task Route_that_forwards_the_credential_sends_it_as_it_came(string carrier)
    {
        var token = Tokens.For("ada");
        var (seen, _) = await AskAsync([.. AllOn(), "SseGateway:Authentication:ForwardCredential=true"], carrier, token);

        Assert.NotNull(seen);
        var where = carrier switch
        {
            "header" => seen.Value("Authorization"),
            "cookie" => seen.Value("Cookie"),
            _ => seen.Target,
        };
        Assert.Contains(token, where, StringComparison.Ordinal);
        Assert.Equal(["ada"], seen.Values("Gateway-Subject"));
    }

    [Fact]
    [Trait("Case", "9.2.5")]
    public async Task Without_authentication_credentials_are_the_upstreams_but_nobody_names_a_subject()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync(
            "GET", "/events?access_token=t", ["Authorization: Bearer t", "Cookie: chat_token=t", "X-Api-Key: t", "Gateway-Subject: root",
                "Gateway_Subject: root"]);
        var exchange = await upstream.NextAsync();

        Assert.Equal(("Bearer t", "chat_token=t", "t", "/events?access_token=t"),
            (exchange.Request.Value("Authorization"), exchange.Request.Value("Cookie"), exchange.Request.Value("X-Api-Key"), exchange.Request.Target));
        Assert.Equal([], exchange.Request.Values("Gateway-Subject"));
    }

    [Theory]
    [Trait("Case", "9.2.2")]
    [InlineData("header", "query")]
    [InlineData("header", "cookie")]
    [InlineData("query", "cookie")]
    public async Task Of_two_carriers_the_good_one_does_not_simply_win(string one, string two)
    {
        var good = Tokens.For("ada");
        var bad = Tokens.Hs256(Tokens.Claims("root"), Encoding.ASCII.GetBytes("not the key that the gateway was told to trust"));

        var (_, first) = await AskAsync(AllOn(), (one, good), (two, bad));
        var (_, second) = await AskAsync(AllOn(), (one, bad), (two, good));

        Assert.NotEqual((200, 200), (first, second));
        Assert.True(first is 200 or 400 or 401 && second is 200 or 400 or 401, $"{first} {second}");
    }

    [Fact]
    [Trait("Case", "9.2.3")]
    public async Task Answer_to_a_token_in_the_query_is_kept_out_of_shared_caches()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "application/json", "{}", "Cache-Control: public, max-age=600"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, AllOn());

        using var response = await gateway.SendAsync("GET", $"/file?access_token={Tokens.For("ada")}");

        Assert.Equal(200, response.Status);
        Assert.Contains(response.Head.Members("Cache-Control"), d => d is "private" or "no-store");
        Assert.DoesNotContain("public", response.Head.Members("Cache-Control"));
    }

    [Theory]
    [Trait("Case", "9.2.4")]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("https://app.example", 200)]
    [InlineData("SELF", 200)]
    [InlineData("", 200)]
    public async Task Cookie_counts_only_for_pages_that_may_use_it(string origin, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "in"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. AllOn(), "SseGateway:Cors:Origins:0=https://app.example", "SseGateway:Cors:AllowCredentials=true"]);
        string[] from = origin switch
        {
            "" => [],
            "SELF" => [$"Origin: http://{gateway.Address.Authority}"],
            _ => [$"Origin: {origin}"],
        };

        using var response = await gateway.SendAsync("POST", "/rooms/a/messages", [.. from, $"Cookie: chat_token={Tokens.For("ada")}"]);

        Assert.Equal(status, response.Status);
        Assert.Equal(status == 200 ? 1 : 0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    [InlineData("HASH")]
    public async Task Wrong_api_key_is_refused(string key)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, AllOn());
        var sent = key == "HASH" ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey))) : key;

        using var response = await gateway.OpenAsync("/events", $"X-Api-Key: {sent}");

        Assert.Equal(401, response.Status);
        Assert.Equal(0, upstream.RequestCount);
    }

    private static string[] AllOn() =>
        [.. Tokens.RequireHs256(Carriers + "Cookie=chat_token", Carriers + "Query=access_token"), .. ApiKeys()];

    private static string[] ApiKeys() =>
    [
        "SseGateway:Authentication:ApiKeys:Keys:0:Subject=bot",
        $"SseGateway:Authentication:ApiKeys:Keys:0:Sha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)))}",
    ];

    private static Task<(MessageHead? Seen, int Status)> AskAsync(string[] settings, string carrier, string token, params string[] fields)
        => AskAsync(settings, [(carrier, token)], fields);

    private static Task<(MessageHead? Seen, int Status)> AskAsync(string[] settings, params (string Carrier, string Token)[] credentials)
        => AskAsync(settings, credentials, []);

    /// <summary>One request with these credentials: what the upstream saw, if anything, and the status.</summary>
    private static async Task<(MessageHead? Seen, int Status)> AskAsync(
        string[] settings, (string Carrier, string Token)[] credentials, string[] fields)
    {
        await using var upstream = ScriptedUpstream.Start();
        MessageHead? seen = null;
        upstream.Serve(exchange =>
        {
            seen = exchange.Request;
            return exchange.AnswerAsync(200, "text/plain", "in");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), .. settings]);
        var target = "/events?x=1";
        var head = new List<string>(fields);
        foreach (var (carrier, token) in credentials)
        {
            if (carrier == "query") target = $"/events?access_token={token}&x=1";
            else head.Add(
                carrier switch { "header" => $"Authorization: Bearer {token}", "cookie" => $"Cookie: chat_token={token}", _ => $"X-Api-Key: {ApiKey}" });
        }
        using var response = await gateway.SendAsync("GET", target, [.. head]);
        await response.ReadToEndAsync();
        return (seen, response.Status);
    }
}
