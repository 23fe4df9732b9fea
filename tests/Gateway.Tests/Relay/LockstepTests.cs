using System.Globalization;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>
/// Nothing is held back: the upstream sends step k+1 only after step k was seen at the client (CATALOGUE 0.7). Cases 7.2.2-7.2.6, 7.2.10,
/// 7.2.11, 2.2.1, 7.3.8.
/// </summary>
public sealed class LockstepTests
{
    [Theory]
    [InlineData("SseGateway:AskForIdentity=true", "GET", "*/*", false)]
    [InlineData("SseGateway:Routes:upstream:AskForIdentity=true", "POST", "application/json", false)]
    [InlineData("SseGateway:AskForIdentity=false", "GET", "*/*", true)]
    [InlineData("SseGateway:AskForIdentity=false", "GET", "text/event-stream", false)]
    public async Task A_route_may_ask_for_identity_whatever_the_request_says(string setting, string method, string accept, bool passed)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, setting);
        using var client = await gateway.BeginAsync(method, "/events", [$"Accept: {accept}", "Accept-Encoding: gzip, br"], method == "POST" ? "{}" : "");

        var exchange = await upstream.NextAsync();

        Assert.Equal(passed, exchange.Request.Has("Accept-Encoding"));
        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    [Trait("Case", "7.2.2")]
    public Task Hundred_small_events_arrive_each_before_the_next_is_sent()
        => InLockstepAsync([], [.. Enumerable.Range(0, 100).Select(i => $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n")]);

    [Fact]
    [Trait("Case", "7.2.3")]
    public Task Two_byte_heartbeats_arrive_each_before_the_next_is_sent() => InLockstepAsync([], [.. Enumerable.Repeat(":\n", 50)]);

    [Fact]
    [Trait("Case", "7.2.4")]
    public Task Parts_of_a_line_arrive_before_the_line_is_complete() => InLockstepAsync([], ["da", "ta: x", "\n", "\n"]);

    [Fact]
    [Trait("Case", "7.2.4")]
    public Task Single_bytes_arrive_inside_a_character_and_inside_a_line_end()
        => InLockstepAsync([], ["data: h\u00e9", "\r", "\n", "\r", "\n", ":\r", "\r"]);

    [Theory]
    [Trait("Case", "2.2.1")]
    [InlineData("data: a\n\n", "data: b\r\n\r\n", "data: c\r\r")]
    public Task Every_kind_of_line_end_is_passed_at_once(params string[] events) => InLockstepAsync([], events);

    [Fact]
    [Trait("Case", "7.2.6")]
    public async Task Client_that_allows_compression_gets_events_at_once_and_the_upstream_is_not_asked_to_compress()
    {
        var request = await InLockstepAsync(["Accept-Encoding: gzip, br, zstd"], ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]);
        Assert.Empty(request.Values("Accept-Encoding"));
    }

    [Fact]
    [Trait("Case", "7.3.8")]
    public async Task Compressed_stream_of_the_upstream_passes_as_it_is()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Accept-Encoding: gzip"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync("Content-Encoding: gzip");
        var response = await client.ReadResponseAsync();

        Assert.Equal("gzip", response.Head.Value("Content-Encoding"));
        await exchange.SendAsync([0x1f, 0x8b, 0x08, 0x00]);
        await exchange.EndAsync();

        var (body, ending) = await response.ReadToEndAsync();
        Assert.Equal([0x1f, 0x8b, 0x08, 0x00], body);
        Assert.Equal(BodyEnding.Clean, ending);
    }

    [Fact]
    [Trait("Case", "7.2.10")]
    public async Task Lockstep_holds_after_a_burst()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        var line = ":" + new string('x', 16 * 1024) + "\n";

        var sending = BurstAsync();
        for (var i = 0; i < 640; i++) await response.ExpectAsync(line);
        await sending;

        await StepsAsync(exchange, response, ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]);

        async Task BurstAsync()
        {
            for (var i = 0; i < 640; i++) await exchange.SendAsync(line);
        }
    }

    [Fact]
    [Trait("Case", "7.2.11")]
    public async Task Stalled_neighbour_does_not_hold_up_another_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (flooding, stalled) = await gateway.OpenStreamAsync(upstream, "/stalled");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/live");
        using var _ = response;

        // The stalled client reads nothing; what the sockets between do not take stays at its upstream.
        var flood = new byte[64 * 1024];
        Array.Fill(flood, (byte)'x');
        var sending = Assert.ThrowsAnyAsync<SocketException>(FloodAsync);
        await StepsAsync(exchange, response, [.. Enumerable.Range(0, 100).Select(i => $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n")]);

        Assert.False(sending.IsCompleted);
        stalled.Client.Reset();
        await sending;

        async Task FloodAsync()
        {
            while (true) await flooding.SendAsync(flood);
        }
    }

    private static async Task<MessageHead> InLockstepAsync(string[] fields, string[] steps)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", fields);
        using var _ = response;
        await StepsAsync(exchange, response, steps);
        return exchange.Request;
    }

    private static async Task StepsAsync(UpstreamExchange exchange, RawResponse response, string[] steps)
    {
        foreach (var step in steps)
        {
            await exchange.SendAsync(step);
            await response.ExpectAsync(step);
        }
    }
}
