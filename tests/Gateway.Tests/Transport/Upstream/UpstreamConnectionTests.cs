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
    [InlineData("|5\r\nfirst\r\n|3\r\nend\r\n0\r\n\r\n", "firstend", "question")]
    [InlineData("5\r\nfirst\r\n|3\r\nend\r\n0\r\n\r\n", "firstend")]
    [InlineData("5\r\nfirst\r\n|3\r\nend\r\n0\r\n\r\n", "firstend", "question")]
    [InlineData("5\r\nfir|st\r\n0\r\n\r\n", "first")]
    [InlineData("5\r\nfir|st\r\n0\r\n\r\n", "first", "question")]
    [InlineData("5\r\nfirst\r\n0\r\n\r\n", "first")]
    [InlineData("5\r\nfirst\r\n0\r\n\r\n", "first", "question")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("0\r\n\r\n", "", "question")]
    [InlineData("|0\r\n\r\n", "")]
    [InlineData("|0\r\n\r\n", "", "question")]
    public async Task A_body_in_chunks_is_taken_over_with_what_came_with_the_head(string wire, string body, string? question = null)
    {
        var parts = wire.Split('|');
        var (exchange, response) = await SendAsync("Transfer-Encoding: chunked\r\n", parts[0], content: question is null ? null : new StringContent(question));

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

    /// <summary>The second half of the answer's head would be the one of an interim answer, were it taken for a head's beginning.</summary>
    [Fact]
    public async Task Answer_that_begins_before_the_request_has_been_sent_is_taken_over()
    {
        var (exchange, answer) = await BeginAsync(new StringContent("question"), expect: true);
        await exchange.SendRawAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
        await exchange.ExpectBodyAsync("question");
        await exchange.SendRawAsync("X-Field: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        var copy = TakeAsync(await Deadline.ForAsync(answer));
        await exchange.SendRawAsync("3\r\nend\r\n0\r\n\r\n");

        Assert.Equal("firstend", await Deadline.ForAsync(copy));
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

    private async Task<(UpstreamExchange Exchange, HttpResponseMessage Response)> SendAsync(
        string fields, string first, string interim = "", bool claim = true, HttpContent? content = null)
    {
        var (exchange, answer) = await BeginAsync(content, claim);
        await exchange.SendRawAsync($"{interim}HTTP/1.1 200 OK\r\n{fields}\r\n{first}");
        return (exchange, await Deadline.ForAsync(answer));
    }

    private async Task<(UpstreamExchange Exchange, Task<HttpResponseMessage> Answer)> BeginAsync(
        HttpContent? content, bool claim = true, bool expect = false)
    {
        var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, _upstream.Url) { Content = content };
        request.Headers.ExpectContinue = expect;
        var answer = ClaimAndSendAsync();
        return (await _upstream.NextAsync(), answer);

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
