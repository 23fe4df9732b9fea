using System.Globalization;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary>
/// The core of the relay once more in a process of its own, because only there socket continuations run on the polling threads
/// (Program.cs), which changes who runs what when. One process for all tests of the class.
/// </summary>
public sealed class ExecutableRelayTests(ExecutableRelayTests.Running running) : IClassFixture<ExecutableRelayTests.Running>
{
    [Fact]
    [Trait("Case", "7.2.1")]
    [Trait("Case", "7.2.2")]
    public async Task Head_and_hundred_events_arrive_each_before_the_next_is_sent()
    {
        var (exchange, response) = await OpenAsync();
        using var client = response;
        for (var i = 0; i < 100; i++)
        {
            var text = $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n";
            await exchange.SendAsync(text);
            await response.ExpectAsync(text);
        }
        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    [Theory]
    [Trait("Case", "7.4.1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upstream_sees_that_the_client_left(bool byReset)
    {
        var (exchange, response) = await OpenAsync();
        if (byReset) response.Client.Reset();
        else response.Client.Leave();
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "7.4.7")]
    public async Task Cut_upstream_is_an_unclean_end()
    {
        var (exchange, response) = await OpenAsync();
        using var client = response;
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        exchange.Cut();
        await response.ExpectAbortAsync("");
    }

    [Fact]
    [Trait("Case", "7.1.6")]
    [Trait("Case", "7.2.11")]
    public async Task Sixty_four_streams_in_lockstep_beside_two_that_nobody_reads_mix_nothing()
    {
        var stalled = new[] { await OpenAsync(), await OpenAsync() };
        var floods = stalled.Select(pair => Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            var flood = new byte[64 * 1024];
            while (true) await pair.Exchange.SendAsync(flood);
        })).ToArray();
        var open = new List<(UpstreamExchange Exchange, RawResponse Response)>();
        for (var i = 0; i < 64; i++) open.Add(await OpenAsync());

        await Task.WhenAll(open.Select(async (pair, number) =>
        {
            for (var i = 0; i < 50; i++)
            {
                var text = $"id: {i}\ndata: stream {number} {new string('.', i)}\n\n";
                await pair.Exchange.SendAsync(text);
                await pair.Response.ExpectAsync(text);
            }
        }));

        foreach (var (_, response) in stalled) response.Client.Reset();
        await Deadline.ForAsync(Task.WhenAll(floods));
        foreach (var (exchange, response) in open)
        {
            response.Client.Leave();
            await exchange.WaitForPeerCloseAsync();
        }
    }

    [Fact]
    [Trait("Case", "9.2.3")]
    public async Task Secret_in_the_query_is_not_printed()
    {
        var token = Tokens.For("ada");
        using var client = await running.Gateway.ConnectAsync();
        await client.SendAsync($"GET /events?access_token={token}&x=1 HTTP/1.1\r\nHost: h\r\n\r\n");
        var exchange = await running.Upstream.NextAsync();
        await exchange.AnswerAsync(200, "text/plain", "ok");
        Assert.Equal("ok", await (await client.ReadResponseAsync()).ReadTextAsync());

        Assert.Equal("/events?x=1", exchange.Request.Target);
        Assert.DoesNotContain(token.Split('.')[2], running.Gateway.Console, StringComparison.Ordinal);
    }

    private async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync()
    {
        var client = await running.Gateway.ConnectAsync();
        await client.SendAsync($"GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nAuthorization: Bearer {running.Token}\r\n\r\n");
        var exchange = await running.Upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        return (exchange, response);
    }

    public sealed class Running : IAsyncLifetime
    {
        internal ScriptedUpstream Upstream { get; } = ScriptedUpstream.Start();

        internal GatewayProcess Gateway { get; private set; } = null!;

        internal string Token { get; } = Tokens.For("ada");

        public async ValueTask InitializeAsync()
        {
            Gateway = GatewayProcess.Start([
                "--upstream", Upstream.Url, "--urls", "http://127.0.0.1:0", "--token-query", "access_token",
                .. Tokens.RequireHs256().Select(setting => "--" + setting)]);
            await Gateway.AddressAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
