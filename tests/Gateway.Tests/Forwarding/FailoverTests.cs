using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>A destination that cannot be connected to costs no client anything while another one can.</summary>
public sealed class FailoverTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Requests_go_to_the_destination_that_is_there(string method)
    {
        using var first = new ClosedPort();
        using var last = new ClosedPort();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync(
            "--upstream", first.Url, "--upstream", upstream.Url, "--upstream", last.Url);
        for (var i = 0; i < 5; i++)
        {
            using var client = await gateway.ConnectAsync();
            await client.SendAsync(gateway.Head(method, "/any", method == "POST" ? "Content-Length: 5" : "X-Any: 1") + (method == "POST" ? "hello" : ""));
            var exchange = await upstream.NextAsync();
            if (method == "POST")
            {
                await exchange.ExpectBodyAsync("hello");
            }

            await exchange.AnswerAsync(200, "text/plain", "here");
            var response = await client.ReadResponseAsync();
            Assert.Equal((200, "here"), (response.Status, await response.ReadTextAsync()));
        }

        Assert.Equal(5, upstream.RequestCount);
    }

    [Fact]
    public async Task With_no_destination_left_the_answer_is_502()
    {
        using var first = new ClosedPort();
        using var last = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync("--upstream", first.Url, "--upstream", last.Url);
        using var response = await gateway.OpenAsync("/events");
        Assert.Equal(502, response.Status);
    }
}
