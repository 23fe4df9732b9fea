using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>The client sees the same kind of end as the gateway did: cases 7.4.6-7.4.9, 7.4.11, 3.3.2-3.3.5, 3.3.11.</summary>
public sealed class UpstreamEndingTests
{
    [Fact]
    [Trait("Case", "7.4.6")]
    public async Task Clean_end_of_the_upstream_is_a_clean_end_and_the_connection_lives_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();
        await response.ExpectEndAsync("data: a\n\n", BodyEnding.Clean);

        await response.Client.SendAsync(gateway.Head("GET", "/again"));
        await (await upstream.NextAsync()).AnswerAsync(200, "text/plain", "again");
        Assert.Equal("again", await (await response.Client.ReadResponseAsync()).ReadTextAsync());
    }

    /// <summary>It was taken from the HTTP handler, whose buffers a stream would hold for hours.</summary>
    [Fact]
    [Trait("Case", "7.4.6")]
    public async Task A_streams_upstream_connection_ends_with_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendRawAsync("0\r\n\r\n");

        await response.ExpectEndAsync("", BodyEnding.Clean);
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "7.4.6")]
    public async Task Clean_end_without_a_single_event_is_a_clean_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.EndAsync();

        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Theory]
    [Trait("Case", "7.4.7")]
    [Trait("Case", "3.3.3")]
    [InlineData("data: a\n\n")]
    [InlineData("data: a\n\ndata: b")]
    [InlineData("")]
    public async Task Cut_upstream_gives_every_byte_and_then_an_unclean_end(string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendAsync(body);
        exchange.Cut();

        await response.ExpectAbortAsync(body);
    }

    [Fact]
    [Trait("Case", "7.4.7")]
    public async Task Upstream_cut_after_a_burst_loses_none_of_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        var burst = string.Concat(Enumerable.Repeat("data: 0123456789\n\n", 20_000));

        var cutting = CutAsync();
        await response.ExpectAbortAsync(burst);
        await cutting;

        async Task CutAsync()
        {
            await exchange.SendAsync(burst);
            exchange.Cut();
        }
    }

    [Fact]
    [Trait("Case", "7.4.8")]
    [Trait("Case", "4.2.4")]
    public async Task Reset_upstream_gives_what_came_and_then_an_unclean_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        await exchange.SendAsync("data: b");
        exchange.Reset();

        var (rest, ending) = await response.ReadToEndAsync();
        Assert.StartsWith(Bytes.Text(rest), "data: b", StringComparison.Ordinal);
        Assert.NotEqual(BodyEnding.Clean, ending);
    }

    [Theory]
    [Trait("Case", "7.4.9")]
    [Trait("Case", "3.3.4")]
    [Trait("Case", "3.3.5")]
    [InlineData("9\r\ndata: a\n\n\r\nzz\r\ndata: never\n\n\r\n0\r\n\r\n")]
    [InlineData("9\r\ndata: a\n\nXX\r\n0\r\n\r\n")]
    [InlineData("9\r\ndata: a\n\n\r\nFFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("9\r\ndata: a\n\n\r\n-1\r\n")]
    public async Task Broken_chunking_of_the_upstream_is_an_unclean_end_and_nothing_after_it_is_delivered(string chunks)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        await exchange.SendRawAsync(chunks);

        await response.ExpectAbortAsync("data: a\n\n");
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "3.3.2")]
    public async Task Content_length_that_the_upstream_does_not_fill_is_an_unclean_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(200, "Content-Type: text/event-stream", "Content-Length: 100");
        await exchange.SendRawAsync("data: a\n\n");
        exchange.Cut();

        await (await client.ReadResponseAsync()).ExpectAbortAsync("data: a\n\n");
    }

    [Fact]
    [Trait("Case", "3.3.11")]
    public async Task Chunking_wins_over_a_length_beside_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(200, "Content-Type: text/event-stream", "Content-Length: 4", "Transfer-Encoding: chunked");
        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();

        var response = await client.ReadResponseAsync();
        if (response.Status == 502) return; // The other right answer.
        Assert.Null(response.Head.ContentLength);
        await response.ExpectEndAsync("data: a\n\n", BodyEnding.Clean);
    }

    [Fact]
    [Trait("Case", "7.4.11")]
    public async Task Another_destination_is_not_tried_after_the_first_byte()
    {
        await using var first = ScriptedUpstream.Start();
        await using var second = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("upstream", "{**path}", first.Url, second.Url), "ReverseProxy:Clusters:upstream:LoadBalancingPolicy=FirstAlphabetical");
        var (exchange, response) = await gateway.OpenStreamAsync(first);
        using var _ = response;

        await exchange.SendAsync("data: a\n\n");
        exchange.Cut();

        await response.ExpectAbortAsync("data: a\n\n");
        Assert.Equal((1, 0), (first.RequestCount, second.RequestCount));
    }

    [Theory]
    [Trait("Case", "7.4.7")]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    public async Task Cut_of_an_ordinary_answer_is_an_unclean_end_too(string contentType)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/file");
        var exchange = await upstream.NextAsync();

        await exchange.SendHeadAsync(200, $"Content-Type: {contentType}", "Transfer-Encoding: chunked");
        await exchange.SendAsync("{\"half\":");
        exchange.Cut();

        await (await client.ReadResponseAsync()).ExpectAbortAsync("{\"half\":");
    }

    /// <summary>Such a client (nginx's default towards its upstreams) knows an end by the close alone, so a FIN would be a clean one.</summary>
    [Fact]
    [Trait("Case", "7.4.7")]
    public async Task Cut_upstream_is_a_reset_for_a_client_that_knows_no_chunks()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.0\r\n\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");

        exchange.Cut();

        Assert.Equal(BodyEnding.Reset, (await response.ReadToEndAsync()).Ending);
    }
}
