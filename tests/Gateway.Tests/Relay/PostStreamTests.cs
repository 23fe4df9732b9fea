using System.Globalization;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>Streams that answer a POST, as LLM APIs send them: cases 6.1.1, 6.1.5, 6.1.6, 6.1.9, 6.1.11, 6.1.12, 5.2.6.</summary>
public sealed class PostStreamTests
{
    private static readonly string[] Json = ["Content-Type: application/json", "Accept: text/event-stream, application/json"];

    [Fact]
    [Trait("Case", "6.1.1")]
    public async Task Posted_request_gets_its_events_in_lockstep()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var prompt = "{\"prompt\":\"" + new string('p', 2048) + "\"}";
        using var client = await gateway.BeginAsync("POST", "/v1/chat", Json, prompt);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(prompt);

        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        for (var i = 0; i < 50; i++)
        {
            var token = $"data: {{\"i\":{i.ToString(CultureInfo.InvariantCulture)}}}\n\n";
            await exchange.SendAsync(token);
            await response.ExpectAsync(token);
        }
        await exchange.SendAsync("data: [DONE]\n\n");
        await exchange.EndAsync();

        await response.ExpectEndAsync("data: [DONE]\n\n", BodyEnding.Clean);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    [Trait("Case", "5.2.6")]
    public async Task Request_body_is_streamed_part_by_part()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(gateway.Head("POST", "/upload", "Transfer-Encoding: chunked", "Content-Type: text/plain"));
        await client.SendAsync("6\r\npart 0\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("part 0");
        for (var i = 1; i < 10; i++)
        {
            var part = $"part {i.ToString(CultureInfo.InvariantCulture)}";
            await client.SendAsync($"6\r\n{part}\r\n");
            await exchange.ExpectBodyAsync(part);
        }
        await client.SendAsync("0\r\n\r\n");

        Assert.Equal(BodyEnding.Clean, (await exchange.ReadBodyToEndAsync()).Ending);
        await exchange.AnswerAsync(200, "text/plain", "got it");
        Assert.Equal("got it", await (await client.ReadResponseAsync()).ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "6.1.12")]
    public async Task Large_prompt_passes_and_its_answer_streams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var prompt = new string('p', 10 * 1024 * 1024);
        using var client = await gateway.ConnectAsync();
        var sending = client.SendAsync(gateway.Head("POST", "/v1/chat", $"Content-Length: {prompt.Length}") + prompt);
        var exchange = await upstream.NextAsync();
        var (body, ending) = await exchange.ReadBodyToEndAsync();
        await sending;

        Assert.Equal((prompt.Length, BodyEnding.Clean), (body.Length, ending));
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: ok\n\n");
        await response.ExpectAsync("data: ok\n\n");
    }

    [Fact]
    [Trait("Case", "6.1.5")]
    public async Task Json_answer_on_the_route_of_a_stream_passes_unchanged()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat", Json, "{}");
        var exchange = await upstream.NextAsync();
        var answer = "{\"text\":\"" + new string('j', 1013) + "\"}";

        await exchange.AnswerAsync(200, "application/json", answer, "X-Request-Id: r1");

        var response = await client.ReadResponseAsync();
        Assert.Equal((200, "application/json", (long?)1024, "r1"),
            (response.Status, response.Head.Value("Content-Type"), response.Head.ContentLength, response.Head.Value("X-Request-Id")));
        Assert.Equal(answer, await response.ReadTextAsync());
    }

    [Theory]
    [Trait("Case", "6.1.6")]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task Json_error_on_the_route_of_a_stream_passes_unchanged(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("POST", "/v1/chat", Json, "{}");
        var exchange = await upstream.NextAsync();

        await exchange.AnswerAsync(status, "application/json", "{\"error\":\"why\"}", "Retry-After: 7");

        var response = await client.ReadResponseAsync();
        Assert.Equal((status, "application/json", "7"), (response.Status, response.Head.Value("Content-Type"), response.Head.Value("Retry-After")));
        Assert.Equal("{\"error\":\"why\"}", await response.ReadTextAsync());
    }

    [Fact]
    [Trait("Case", "6.1.11")]
    public async Task Answers_of_streamable_http_pass_unchanged()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        foreach (var (method, status) in new[] { ("POST", 202), ("GET", 405), ("DELETE", 200) })
        {
            using var client = await gateway.BeginAsync(method, "/mcp", ["Mcp-Session-Id: s1", "Accept: application/json, text/event-stream"]);
            var exchange = await upstream.NextAsync();
            Assert.Equal((method, "s1"), (exchange.Request.Method, exchange.Request.Value("Mcp-Session-Id")));
            await exchange.AnswerAsync(status, "", "", "Mcp-Session-Id: s2");
            var response = await client.ReadResponseAsync();
            Assert.Equal((status, "s2"), (response.Status, response.Head.Value("Mcp-Session-Id")));
            Assert.Equal("", await response.ReadTextAsync());
        }
    }
}
