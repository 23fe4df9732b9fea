using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>Services that answer HEAD like GET, body included, of which a stream's never ends (Express does, RFC 9110 section 9.3.2 forbids it).</summary>
public sealed class HeadAnswerTests
{
    [Theory]
    [InlineData("Content-Type: text/event-stream", "Transfer-Encoding: chunked", "")]
    [InlineData("Content-Type: text/event-stream", "Transfer-Encoding: chunked", "9\r\ndata: a\n\n\r\n")]
    [InlineData("Content-Type: text/event-stream", "Content-Length: 9", "data: a\n\n")]
    [InlineData("Content-Type: application/json", "Transfer-Encoding: chunked", "")]
    [InlineData("Content-Type: application/json", "X-Length: unknown", "")]
    [InlineData("Content-Type: application/json", "Content-Length: 2", "")]
    public async Task A_connection_that_may_still_carry_a_body_gets_no_further_request(string type, string length, string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        for (var round = 0; round < 3; round++)
        {
            var heading = gateway.SendAsync("HEAD", "/events");
            var head = await upstream.NextAsync();
            await head.SendHeadAsync(200, type, length);
            await head.SendRawAsync(body);
            using (var answer = await heading) Assert.Equal(200, answer.Status);

            await head.WaitForPeerCloseAsync();
            var getting = gateway.SendAsync("GET", "/any");
            var next = await upstream.NextAsync();
            await next.AnswerAsync(200, "text/plain", "ok");
            using var response = await getting;
            Assert.Equal("ok", await response.ReadTextAsync());
            Assert.NotEqual(head.Connection, next.Connection);
            next.Finish();
        }
    }

    [Theory]
    [InlineData(200, "Content-Length: 0")]
    [InlineData(204, "X-Length: none")]
    [InlineData(304, "ETag: \"1\"")]
    public async Task A_connection_whose_answer_can_have_no_body_is_used_again(int status, string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        for (var round = 0; round < 3; round++)
        {
            var heading = gateway.SendAsync("HEAD", "/file");
            var head = await upstream.NextAsync();
            await head.SendHeadAsync(status, "Content-Type: text/plain", field);
            head.Finish();
            using var answer = await heading;
            Assert.Equal(status, answer.Status);
        }

        Assert.Equal(1, upstream.ConnectionCount);
    }
}
