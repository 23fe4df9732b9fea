using System.Text.Json.Nodes;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>Which claims part clients, through the running gateway.</summary>
public sealed class ClaimTests
{
    private static IEnumerable<string> ByTenant => Tokens.RequireHs256("SseGateway:Sharing:Enabled=true", "SseGateway:Sharing:ShareBy=claim:tenant");

    [Fact]
    public async Task Claims_that_differ_in_any_way_part_clients()
    {
        string?[] values =
        [
            null, "null", "\"null\"", "\"\"", "[]", "[[]]", """["",""]""", "\"a,b\"", """["a","b"]""", """["b","a"]""", """["a","b",""]""", """["a,b",""]""",
            "\"a%2Cb\"", """[["a","b"],"c"]""", """["[\"a\",\"b\"]","c"]""", "1", "1.0", "\"1\"", "true", "\"true\"", """{"a":1}""", """{"a":"1"}""",
            "\"{\\\"a\\\":1}\"", "123456789012345678901234567890", "123456789012345678901234567891", "1e400", "1e401", "\"a:b\"", "\"é\"", "\"É\"",
        ];
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. ByTenant]);
        var streams = new List<(UpstreamExchange Upstream, RawResponse First, RawResponse Second)>();
        foreach (var value in values)
        {
            var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events", BearerOf(value));
            streams.Add((exchange, first, await gateway.OpenAsync("/events", BearerOf(value))));
        }

        Assert.Equal(values.Length, upstream.RequestCount);
        for (var i = 0; i < streams.Count; i++)
        {
            await streams[i].Upstream.SendAsync($"data: {i}\n\n");
            await streams[i].First.ExpectAsync($"data: {i}\n\n");
            await streams[i].Second.ExpectAsync($"data: {i}\n\n");
        }

        streams.ForEach(stream => stream.First.Dispose());
        streams.ForEach(stream => stream.Second.Dispose());
    }

    [Theory]
    [InlineData("\"a,b\"", "a%2Cb")]
    [InlineData("""["a","b"]""", "a,b")]
    [InlineData("""["a","b,c",""]""", "a,b%2Cc,")]
    [InlineData("""["a"]""", "a")]
    [InlineData("""[1,true,null,{"a":1}]""", "1,true,,%7B%22a%22%3A1%7D")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("\"\"", "")]
    [InlineData("null", "")]
    [InlineData("[]", null)]
    [InlineData(null, null)]
    public async Task The_upstream_is_told_each_value_of_a_claim_for_itself(string? value, string? told)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. ByTenant]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", BearerOf(value));
        Assert.Equal(told is null ? [] : [told], exchange.Request.Values("Gateway-Claim-tenant"));
        response.Dispose();
    }

    [Fact]
    public async Task A_ticket_has_the_claims_of_its_token()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. ByTenant]);
        var (_, one) = await gateway.OpenStreamAsync(upstream, "/events", BearerOf("\"a,b\""));
        var ticket = await gateway.TicketForAsync(TokenOf("""["a","b"]"""));
        var (exchange, two) = await gateway.OpenStreamAsync(upstream, $"/events?ticket={ticket}");
        Assert.Equal(["a,b"], exchange.Request.Values("Gateway-Claim-tenant"));
        one.Dispose();
        two.Dispose();
    }

    // The claim as JSON; null for none.
    private static string BearerOf(string? tenant) => $"Authorization: Bearer {TokenOf(tenant)}";

    private static string TokenOf(string? tenant)
    {
        var claims = Tokens.Claims();
        if (tenant is not null)
        {
            claims["tenant"] = JsonNode.Parse(tenant);
        }

        return Tokens.Hs256(claims);
    }
}
