using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Harness.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>Whoever reads a kept answer that comes to no end of its own gets the error of the dialect that it was asked for in, and then a cut.</summary>
public sealed class KeptErrorTests
{
    private const string Call = """{"jsonrpc":"2.0","id":"c-7","method":"tools/call"}""";

    private static readonly (CloseReason Reason, string Code)[] Ends =
    [
        (CloseReason.Drained, "gateway_drained"), (CloseReason.Expired, "gateway_expired"), (CloseReason.Revoked, "gateway_revoked"),
        (CloseReason.Lifetime, "gateway_lifetime"), (CloseReason.Evicted, "gateway_evicted"),
    ];

    public static TheoryData<string, string, string, string> Dialects => new()
    {
        { "/v1/chat/completions", "Accept: */*", "{}", "data: {\"error\":{" },
        { "/v1/responses", "Accept: */*", "{}", "event: error\ndata: {\"type\":\"error\"," },
        { "/v1/messages", "anthropic-version: 2023-06-01", "{}", "event: error\ndata: {\"type\":\"error\"," },
        { "/mcp", "MCP-Protocol-Version: 2025-11-25", Call, "data: {\"jsonrpc\":\"2.0\",\"id\":\"c-7\",\"error\":{" },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Each_reader_is_told_however_the_gateway_ends_its_stream(string target, string field, string body, string begins)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        foreach (var (reason, code) in Ends)
        {
            var (exchange, response) = await AskAsync(gateway, upstream, target, field, body);
            await exchange.SendAsync(Keep.Token(1));
            await response.ExpectAsync(Keep.Token(1));
            using var again = await gateway.ReadAgainAsync(response.Id());
            await again.ExpectAsync(Keep.Token(1));
            using var end = await gateway.ReadAgainAsync(response.Id(), "?after=1");
            await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream.State == StreamState.Open) == 3);
            foreach (var stream in gateway.Streams.Streams) stream.End(reason);

            foreach (var reader in new[] { response, again, end })
            {
                var (rest, ending) = await reader.ReadToEndAsync();
                Assert.NotEqual(BodyEnding.Clean, ending);
                Assert.StartsWith(begins, Bytes.Text(rest), StringComparison.Ordinal);
                Assert.Contains(code, Bytes.Text(rest), StringComparison.Ordinal);
                Assert.EndsWith("}\n\n", Bytes.Text(rest), StringComparison.Ordinal);
                reader.Dispose();
            }

            exchange.Cut();
            await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        }
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_is_told_to_who_comes_later_too_by_the_id_of_the_call()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await AskAsync(gateway, upstream, "/mcp", "MCP-Protocol-Version: 2025-11-25", Call);
        exchange.Cut();
        await response.ReadToEndAsync();
        using var late = await gateway.ReadAgainAsync(response.Id());
        await late.ExpectAbortAsync(
            "data: {\"jsonrpc\":\"2.0\",\"id\":\"c-7\",\"error\":{\"code\":-32000,\"message\":\"The service broke off in the middle of its answer\","
            + "\"data\":{\"reason\":\"gateway_upstream_failed\"}}}\n\n");
    }

    /// <summary>Its client asks the service for the rest with a GET (2025-11-25, "Resumability and Redelivery"): an error would be the call's.</summary>
    [Fact]
    public async Task A_call_of_mcp_that_has_shown_an_id_comes_back_by_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await AskAsync(gateway, upstream, "/mcp", "MCP-Protocol-Version: 2025-11-25", Call);
        await exchange.SendAsync("id: 1\ndata: {}\n\n");
        await response.ExpectAsync("id: 1\ndata: {}\n\n");
        var stopping = gateway.BeginStop(CancellationToken.None);
        await response.ExpectAsync("retry: ");
        Assert.Equal(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
        await stopping;
    }

    [Fact]
    public async Task The_error_in_a_response_of_openais_has_the_number_after_the_readers_last_one()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Keep.With());
        var (exchange, response) = await AskAsync(gateway, upstream, "/v1/responses", "Accept: */*", "{}");
        await exchange.SendAsync("data: {\"sequence_number\":0}\n\ndata: {\"sequence_number\":1}\n\n");
        await response.ExpectAsync("data: {\"sequence_number\":0}\n\ndata: {\"sequence_number\":1}\n\n");
        exchange.Cut();
        Assert.Contains("\"sequence_number\":2}", Bytes.Text((await response.ReadToEndAsync()).Body), StringComparison.Ordinal);
        using var again = await gateway.ReadAgainAsync(response.Id(), "?after=1");
        Assert.EndsWith("\"sequence_number\":2}\n\n", Bytes.Text((await again.ReadToEndAsync()).Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_service_has_said_after_a_head_of_the_gateways_is_told_to_every_reader()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Keep.With(), "SseGateway:OpenAfter=10s", "SseGateway:Heartbeat=0"]);
        using var client = await gateway.BeginAsync("POST", Keep.Path, ["Content-Type: application/json"], "{\"stream\":true}");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("{\"stream\":true}");
        var reading = client.ReadResponseAsync();
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return reading.IsCompleted;
        });
        using var response = await reading;
        await exchange.AnswerAsync(429, "text/plain", "no more tokens");
        const string Said = "The service answered 429: no more tokens";
        Assert.Contains(Said, Bytes.Text((await response.ReadToEndAsync()).Body), StringComparison.Ordinal);
        using var late = await gateway.ReadAgainAsync(response.Id());
        Assert.Contains(Said, Bytes.Text((await late.ReadToEndAsync()).Body), StringComparison.Ordinal);
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> AskAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, string target, string field, string body)
    {
        var client = await gateway.BeginAsync("POST", target, ["Content-Type: application/json", field], body);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(body);
        await exchange.StartStreamAsync();
        return (exchange, await client.ReadResponseAsync());
    }
}
