using System.Globalization;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Streams.Admission;

/// <summary>A service that is down for a moment is not the end of an EventSource: it is told in-band, and comes back.</summary>
public sealed class UpstreamTroubleTests
{
    private const string Refused = "^event: gateway.refused\nretry: (?<retry>[0-9]+)\ndata: \\{\"reason\":\"upstream\",\"retryMs\":[0-9]+\\}\n\n$";

    public static TheoryData<bool> RelayedAndShared => [false, true];

    [Theory]
    [MemberData(nameof(RelayedAndShared))]
    public async Task An_upstream_that_cannot_be_reached_is_told_in_band(bool shared)
    {
        using var port = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(port.Url, Sharing(shared));

        using var response = await gateway.OpenAsBrowserAsync();

        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        Assert.Matches(Refused, await response.ReadTextAsync());
        using var program = await gateway.OpenAsync();
        Assert.Equal(502, program.Status);
    }

    [Theory]
    [MemberData(nameof(RelayedAndShared))]
    public async Task A_head_that_comes_too_late_is_told_in_band(bool shared)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, ["SseGateway:Timeouts:Head=200ms", .. Sharing(shared)]);

        using var response = await gateway.OpenAsBrowserAsync();

        Assert.Equal(200, response.Status);
        Assert.Matches(Refused, await response.ReadTextAsync());
    }

    [Theory]
    [InlineData(502, false, "")]
    [InlineData(503, false, "Retry-After: 100")]
    [InlineData(504, false, "Retry-After: 100")]
    [InlineData(502, true, "")]
    [InlineData(503, true, "Retry-After: 100")]
    public async Task The_upstreams_own_word_that_it_cannot_serve_is_told_in_band_with_the_wait_it_asks_for(int status, bool shared, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Sharing(shared));
        upstream.Serve(exchange => exchange.AnswerAsync(status, "text/html", "<h1>down</h1>", field.Length > 0 ? [field] : []));

        using var response = await gateway.OpenAsBrowserAsync();

        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        var body = await response.ReadTextAsync();
        Assert.Matches(Refused, body);
        var retry = int.Parse(body.Split('\n')[1]["retry: ".Length..], CultureInfo.InvariantCulture);
        if (field.Length > 0) Assert.InRange(retry, 100_000, 200_000);
        else Assert.InRange(retry, 5_000, 10_000);
    }

    [Theory]
    [InlineData(204, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(204, true)]
    [InlineData(404, true)]
    [InlineData(429, true)]
    public async Task Every_other_status_stays_the_services_final_word(int status, bool shared)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Sharing(shared));
        upstream.Serve(exchange => status == 204 ? NoContentAsync(exchange) : exchange.AnswerAsync(status, "text/plain", "no"));

        using var response = await gateway.OpenAsBrowserAsync();

        Assert.Equal(status, response.Status);
    }

    [Theory]
    [InlineData("SseGateway:UpstreamErrorsInBand=false", 503)]
    [InlineData("SseGateway:Routes:upstream:UpstreamErrorsInBand=false", 503)]
    [InlineData("SseGateway:Refusal=Status", 503)]
    [InlineData("SseGateway:UpstreamErrorsInBand=true", 200)]
    public async Task The_upstreams_own_passes_where_a_route_says_so(string setting, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, setting);
        upstream.Serve(exchange => exchange.AnswerAsync(503, "text/plain", "down"));

        using var response = await gateway.OpenAsBrowserAsync();

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task Programs_get_the_upstreams_own_answer_as_it_is()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        upstream.Serve(exchange => exchange.AnswerAsync(503, "text/plain", "down", "Retry-After: 7"));

        using var response = await gateway.OpenAsync();

        Assert.Equal((503, "7", "down"), (response.Status, response.Head.Value("Retry-After"), await response.ReadTextAsync()));
    }

    [Fact]
    public async Task A_post_whose_answer_did_not_come_in_time_is_not_to_be_sent_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Timeouts:Head=200ms");

        using var posted = await gateway.SendAsync("POST", "/v1/chat/completions", ["Accept: application/json"], "{}");
        using var got = await gateway.SendAsync("GET", "/page");

        Assert.Equal((504, "false"), (posted.Status, posted.Head.Value("x-should-retry")));
        Assert.Equal((504, false), (got.Status, got.Head.Has("x-should-retry")));
        Assert.True(posted.Head.Has("Retry-After") && got.Head.Has("Retry-After"));
    }

    [Fact]
    public async Task The_stream_of_an_mcp_client_gets_a_retry_alone()
    {
        using var port = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(port.Url);

        using var response = await gateway.OpenAsync("/mcp", "MCP-Protocol-Version: 2025-11-25");

        Assert.Equal(200, response.Status);
        Assert.Matches("^retry: [0-9]+\n\n$", await response.ReadTextAsync());
    }

    private static string[] Sharing(bool shared) => shared ? Gateway.Tests.Sharing.Share.With() : [];

    private static async Task NoContentAsync(UpstreamExchange exchange)
    {
        await exchange.SendHeadAsync(204);
        exchange.Finish();
    }
}
