using System.Globalization;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>An upstream that speaks HTTP/2: catalogue 7.2.1, 7.2.7, 7.4.1, 7.4.6, 3.3.6, 12.1.2.</summary>
public sealed class Http2UpstreamTests
{
    [Fact]
    [Trait("Case", "7.2.1")]
    [Trait("Case", "7.2.7")]
    public async Task Head_and_events_arrive_in_lockstep_and_the_end_is_clean()
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, Http2Upstream.Settings);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        using var client = response;
        Assert.Equal("HTTP/2", exchange.Request.Protocol);

        for (var i = 0; i < 100; i++)
        {
            var text = $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n";
            await exchange.SendAsync(text);
            await response.ExpectAsync(text);
        }
        exchange.End();

        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Fact]
    [Trait("Case", "7.2.7")]
    public async Task Http2_on_both_sides_works_in_lockstep()
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, [.. Http2Upstream.Settings, .. GatewayUnderTest.Http2Endpoint]);
        using var client = gateway.CreateHttp2Client();
        var asking = client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await Deadline.ForAsync(asking);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[9];

        for (var i = 0; i < 10; i++)
        {
            await exchange.SendAsync($"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n");
            await Deadline.ForAsync(stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask(), "the event");
            Assert.Equal($"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n", Bytes.Text(buffer));
        }
        exchange.End();

        Assert.Equal(0, await Deadline.ForAsync(token => stream.ReadAsync(buffer, token)));
    }

    [Theory]
    [Trait("Case", "3.3.6")]
    [Trait("Case", "7.4.7")]
    [InlineData(0x0)] // NO_ERROR
    [InlineData(0x2)] // INTERNAL_ERROR
    [InlineData(0x7)] // REFUSED_STREAM
    [InlineData(0x8)] // CANCEL
    public async Task Reset_stream_is_an_unclean_end(int errorCode)
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, Http2Upstream.Settings);
        var (exchange, response) = await OpenAsync(gateway, upstream);
        using var client = response;
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");

        exchange.Reset(errorCode);

        await response.ExpectAbortAsync("");
    }

    [Theory]
    [Trait("Case", "7.4.1")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upstream_sees_that_the_client_left_and_its_other_streams_live_on(bool byReset)
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, Http2Upstream.Settings);
        var (other, staying) = await OpenAsync(gateway, upstream);
        using var client = staying;
        var (exchange, leaving) = await OpenAsync(gateway, upstream);

        if (byReset) leaving.Client.Reset();
        else leaving.Client.Leave();

        await exchange.WaitForPeerCloseAsync();
        await other.SendAsync("data: on\n\n");
        await staying.ExpectAsync("data: on\n\n");
        other.End();
    }

    [Fact]
    [Trait("Case", "12.1.2")]
    public async Task More_streams_than_one_connection_allows_get_more_connections()
    {
        await using var upstream = await Http2Upstream.StartAsync(maxStreams: 10);
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, Http2Upstream.Settings);
        var open = new List<(Http2Exchange Exchange, RawResponse Response)>();

        for (var i = 0; i < 30; i++) open.Add(await OpenAsync(gateway, upstream));

        foreach (var (exchange, response) in open)
        {
            await exchange.SendAsync("data: on\n\n");
            await response.ExpectAsync("data: on\n\n");
            exchange.End();
            await response.ExpectEndAsync("", BodyEnding.Clean);
            response.Dispose();
        }
    }

    private static async Task<(Http2Exchange Exchange, RawResponse Response)> OpenAsync(GatewayUnderTest gateway, Http2Upstream upstream)
    {
        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        return (exchange, response);
    }
}
