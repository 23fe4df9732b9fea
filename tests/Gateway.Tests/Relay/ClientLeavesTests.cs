using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>A client that leaves frees the upstream without any further write: cases 7.4.1-7.4.4, 6.1.7.</summary>
public sealed class ClientLeavesTests
{
    [Theory]
    [Trait("Case", "7.4.1")]
    [Trait("Case", "7.4.3")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upstream_sees_that_the_client_left_an_idle_stream(bool byReset)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");

        Leave(response.Client, byReset);

        await exchange.WaitForPeerCloseAsync();
    }

    [Theory]
    [Trait("Case", "7.4.1")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upstream_sees_that_the_client_left_before_the_first_event(bool byReset)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);

        Leave(response.Client, byReset);

        await exchange.WaitForPeerCloseAsync();
    }

    /// <summary>That is all that can be seen of a client that is gone (docs/limits.md).</summary>
    [Fact]
    public async Task Client_that_closes_its_sending_side_has_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;

        response.Client.EndSending();

        await exchange.WaitForPeerCloseAsync();
        Assert.NotEqual(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
    }

    [Theory]
    [Trait("Case", "7.4.2")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upstream_sees_that_the_client_left_a_busy_stream(bool byReset)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        var sending = Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            while (true)
            {
                await exchange.SendAsync("data: busy\n\n");
                // A send that the kernel takes at once does not let the client have its turn.
                await Task.Yield();
            }
        });
        await response.ExpectAsync("data: busy\n\ndata: busy\n\n");

        Leave(response.Client, byReset);

        await sending;
        await exchange.WaitForPeerCloseAsync();
    }

    [Theory]
    [Trait("Case", "7.4.4")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upstream_sees_that_the_client_left_before_the_head(bool byReset)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();

        Leave(client, byReset);

        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "6.1.7")]
    public async Task Upstream_sees_that_the_user_stopped_a_posted_answer()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var client = await gateway.BeginAsync("POST", "/chat", ["Content-Type: application/json"], "{\"stream\":true}");
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync("{\"stream\":true}");
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        for (var i = 0; i < 5; i++)
        {
            await exchange.SendAsync("data: token\n\n");
            await response.ExpectAsync("data: token\n\n");
        }

        client.Leave();

        await exchange.WaitForPeerCloseAsync();
    }

    [Fact]
    [Trait("Case", "7.4.2")]
    public async Task Leaving_clients_are_no_errors_in_the_log()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (idle, leaving) = await gateway.OpenStreamAsync(upstream);
        var (open, resetting) = await gateway.OpenStreamAsync(upstream);

        leaving.Client.Leave();
        resetting.Client.Reset();
        await idle.WaitForPeerCloseAsync();
        await open.WaitForPeerCloseAsync();

        Assert.DoesNotContain(
            gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static void Leave(RawClient client, bool byReset)
    {
        if (byReset) client.Reset();
        else client.Leave();
    }
}
