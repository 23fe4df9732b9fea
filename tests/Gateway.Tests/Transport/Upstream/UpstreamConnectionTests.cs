using System.Net.Sockets;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;
using SseGateway.Transport.Upstream;
using Xunit;

namespace Gateway.Tests.Transport.Upstream;

public sealed class UpstreamConnectionTests : IAsyncDisposable
{
    private readonly ScriptedUpstream _upstream = ScriptedUpstream.Start();
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        ResponseDrainTimeout = TimeSpan.Zero,
        ConnectCallback = async (context, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new UpstreamConnection(socket, mayBeTaken: true);
        },
    });

    /// <summary>A bar is where the upstream's writes end; the gateway has the head before it writes on.</summary>
    [Theory]
    [InlineData("|5\r\nfirst\r\n|3\r\nend\r\n0\r\n\r\n", "firstend")]
    [InlineData("5\r\nfirst\r\n|3\r\nend\r\n0\r\n\r\n", "firstend")]
    [InlineData("5\r\nfir|st\r\n0\r\n\r\n", "first")]
    [InlineData("5\r\nfirst\r\n0\r\n\r\n", "first")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("|0\r\n\r\n", "")]
    public async Task A_body_in_chunks_is_taken_over_with_what_came_with_the_head(string wire, string body)
    {
        var parts = wire.Split('|');
        var (exchange, response) = await SendAsync("Transfer-Encoding: chunked\r\n", parts[0]);

        var copy = TakeAsync(response);
        foreach (var part in parts[1..])
        {
            await exchange.SendRawAsync(part);
        }

        Assert.Equal(body, await Deadline.ForAsync(copy));
        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    public async Task A_body_that_ends_with_the_connection_is_taken_over()
    {
        var (exchange, response) = await SendAsync("", "first");
        var copy = TakeAsync(response);
        await exchange.SendRawAsync("end");
        exchange.Cut();

        Assert.Equal("firstend", await Deadline.ForAsync(copy));
    }

    [Fact]
    public async Task Interim_answers_come_before_the_head()
    {
        var (_, response) = await SendAsync("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n", interim: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");

        Assert.Equal("a", await Deadline.ForAsync(TakeAsync(response)));
    }

    [Fact]
    public async Task A_connection_that_had_another_request_before_can_be_taken_over()
    {
        var (first, answer) = await SendAsync("Content-Length: 1\r\n", "a", claim: false);
        Assert.Equal("a", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        first.Finish();
        var (second, response) = await SendAsync("Transfer-Encoding: chunked\r\n", "1\r\nb\r\n0\r\n\r\n");

        Assert.Equal("b", await Deadline.ForAsync(TakeAsync(response)));
        Assert.Equal(first.Connection, second.Connection);
    }

    [Theory]
    [InlineData("Content-Length: 1\r\n", "a", true)]
    [InlineData("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n", false)]
    public async Task What_is_not_taken_over_is_read_as_always_and_leaves_the_connection_to_the_next(string field, string wire, bool claim)
    {
        for (var request = 0; request < 2; request++)
        {
            var (exchange, response) = await SendAsync(field, wire, claim: claim);

            Assert.Null(UpstreamConnection.TryTakeBody(response));
            Assert.Equal("a", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(1, exchange.Connection);
            exchange.Finish();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    private static async Task<string> TakeAsync(HttpResponseMessage response)
    {
        using var client = new MemoryStream();
        await UpstreamConnection.TryTakeBody(response)!.CopyToAsync(client, TestContext.Current.CancellationToken);
        return Bytes.Text(client.ToArray());
    }

    private async Task<(UpstreamExchange Exchange, HttpResponseMessage Response)> SendAsync(string fields, string first, string interim = "", bool claim = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _upstream.Url);
        var sending = ClaimAndSendAsync();
        var exchange = await _upstream.NextAsync();
        await exchange.SendRawAsync($"{interim}HTTP/1.1 200 OK\r\n{fields}\r\n{first}");
        return (exchange, await Deadline.ForAsync(sending));

        async Task<HttpResponseMessage> ClaimAndSendAsync()
        {
            if (claim)
            {
                UpstreamConnection.Claim(request);
            }

            return await _client.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }
}
