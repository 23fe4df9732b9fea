using System.Text.Json.Nodes;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Tokens of issuers that say who they are for in another claim, or in a number.</summary>
public sealed class SubjectClaimTests
{
    private const string Setting = "SseGateway:Authentication:Jwt:SubjectClaim=";

    [Theory]
    [InlineData("sub", "sub", "7", "7")]
    [InlineData("sub", "sub", "\"ada\"", "ada")]
    [InlineData("user_id", "user_id", "12345678901234567890", "12345678901234567890")]
    [InlineData("https://login.example/user", "https://login.example/user", "\"Zoë\"", "Zo\u00c3\u00ab")]
    [InlineData("client_id", "client_id", "\"bot\"", "bot")]
    public async Task A_claim_that_is_named_is_the_subject(string setting, string claim, string value, string subject)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Setting + setting)]);
        var claims = Tokens.Claims();
        claims.Remove("sub");
        claims[claim] = JsonNode.Parse(value);

        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.Hs256(claims)}");

        using (response)
        {
            Assert.Equal([subject], exchange.Request.Values("Gateway-Subject"));
        }
    }

    [Theory]
    [InlineData("user_id", "1.5", "user_id is a number")]
    [InlineData("user_id", "-1", "user_id is a number")]
    [InlineData("user_id", "1e3", "user_id is a number")]
    [InlineData("user_id", "true", "user_id is not a text")]
    [InlineData("user_id", "{}", "user_id is not a text")]
    [InlineData("user_id", "\"\"", "user_id is missing")]
    [InlineData("other", "7", "user_id is missing")]
    public async Task Another_value_is_refused_by_name(string claim, string value, string fault)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Setting + "user_id")]);
        var claims = Tokens.Claims();
        claims[claim] = JsonNode.Parse(value);

        using var response = await gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.Hs256(claims)}");

        Assert.Equal(401, response.Status);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("[2001]", StringComparison.Ordinal) && line.Contains(fault, StringComparison.Ordinal));
    }
}
