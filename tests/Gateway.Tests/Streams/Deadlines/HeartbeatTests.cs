using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>Comments that keep a silent stream alive: catalogue 7.1.5 and 7.1.4. Where they may stand, byte by byte, is in Relay/RelayOutputTests.</summary>
public sealed class HeartbeatTests
{
    private const string Heartbeat = ":\n";

    private readonly FakeTimeProvider _time = new();

    /// <summary>A bar is where the upstream falls silent. Bytes are written as characters.</summary>
    [Theory]
    [Trait("Case", "7.1.5")]
    [InlineData("data: ab|cd\n\n")]
    [InlineData("data: \xF0\x9F|\x98\x80\n\n")]
    [InlineData("data: a\r|\n\r\n")]
    [InlineData("data: a\r\n\r|\n")]
    [InlineData("\xEF\xBB|\xBF" + "data: a\n\n")]
    public async Task Silence_inside_a_line_stays_silent_and_heartbeats_begin_after_it(string stream)
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Heartbeat=5s");
        var (time, exchange, response) = open;
        var parts = stream.Split('|');

        await exchange.SendAsync(Bytes.Exactly(parts[0]));
        await response.ExpectBytesAsync(parts[0]);
        await time.PassAsync(12);
        await exchange.SendAsync(Bytes.Exactly(parts[1]));
        await response.ExpectBytesAsync(parts[1]);
        await time.PassAsync(8);
        await response.ExpectBytesAsync(stream.Contains("\r\n", StringComparison.Ordinal) ? ":\r\n" : Heartbeat);

        await exchange.SendAsync("data: b\n\n");
        await exchange.EndAsync();
        await response.ExpectEndAsync("data: b\n\n", BodyEnding.Clean);
    }

    /// <summary>A server may open with a line and no blank one (esbuild's <c>retry: 500</c>), or ping with comments alone.</summary>
    [Theory]
    [InlineData("retry: 500\n", Heartbeat)]
    [InlineData(": ping\n", Heartbeat)]
    [InlineData("id: 1\r\n", ":\r\n")]
    [InlineData("id: 1\rdata: a\r", ":\r")]
    public async Task Silence_between_two_lines_has_heartbeats_for_a_client_with_a_parser(string beginning, string heartbeat)
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Heartbeat=5s");
        var (time, exchange, response) = open;
        await exchange.SendAsync(beginning);
        await response.ExpectAsync(beginning);

        await time.PassAsync(7);
        await response.ExpectAsync(heartbeat);
    }

    /// <summary>Zero is never. What is written for the route goes before what is written for all.</summary>
    [Theory]
    [InlineData(null, null, 15)]
    [InlineData("5s", null, 5)]
    [InlineData("0", null, 0)]
    [InlineData("5s", "20s", 20)]
    [InlineData("20s", "00:00:05", 5)]
    [InlineData("5s", "0", 0)]
    [InlineData("0", "5s", 5)]
    public async Task Heartbeat_comes_after_the_configured_silence(string? forAll, string? forRoute, int seconds)
    {
        await using var open = await SweptStream.OpenAsync(
            [
                .. forAll is null ? Array.Empty<string>() : [$"SseGateway:Heartbeat={forAll}"],
                .. forRoute is null ? Array.Empty<string>() : [$"SseGateway:Routes:upstream:Heartbeat={forRoute}"],
            ]);
        var (time, exchange, response) = open;
        var stream = Assert.Single(time.Streams);

        if (seconds == 0)
        {
            await time.PassAsync(60);
            Assert.Equal(0, stream.Bytes);
        }
        else
        {
            var passed = await time.PassUntilAsync(() => stream.Bytes > 0);
            Assert.InRange(passed, seconds, seconds + 1);
            await response.ExpectAsync(Heartbeat);
        }

        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
    }

    [Fact]
    public async Task Bytes_of_the_upstream_put_the_heartbeat_off()
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Heartbeat=5s");
        var (time, exchange, response) = open;

        for (var i = 0; i < 10; i++)
        {
            await exchange.SendAsync("data: a\n\n");
            await response.ExpectAsync("data: a\n\n");
            await time.PassAsync(4);
        }

        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    /// <summary>A comment's bytes would be garbage to the decoder.</summary>
    [Fact]
    [Trait("Case", "7.3.8")]
    public async Task Encoded_stream_gets_no_heartbeat()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:Heartbeat=5s");
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Accept-Encoding: gzip"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync("Content-Encoding: gzip");
        var response = await client.ReadResponseAsync();
        await time.OpenedAsync(1);

        await time.PassAsync(20);
        await exchange.SendAsync(Bytes.Exactly("\x1F\x8B\n\n"));
        await response.ExpectBytesAsync("\x1F\x8B\n\n");
        await time.PassAsync(20);

        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    /// <summary>A model that thinks for a minute is cut by the same proxies as a chat that is silent; a comment is no event.</summary>
    [Fact]
    public async Task Answer_to_a_post_gets_heartbeats_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, "SseGateway:Heartbeat=5s");
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var client = await gateway.BeginAsync("POST", "/v1/chat", ["Content-Type: application/json"], "{}");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("{}");
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        await time.OpenedAsync(1);

        await time.PassAsync(7);
        await response.ExpectAsync(":\n\n");
        await exchange.SendAsync("data: token\n\n");
        await exchange.EndAsync();

        await response.ExpectEndAsync("data: token\n\n", BodyEnding.Clean);
    }
}
