using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing;

public sealed class ContentEncodingTests
{
    /// <summary>As ASP.NET Core's <c>TypedResults.ServerSentEvents</c> says it.</summary>
    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    public async Task A_stream_that_says_that_it_is_not_encoded_is_shared(string encoding)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Sharing:Enabled=true");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync($"Content-Encoding: {encoding}");
        using var first = await client.ReadResponseAsync();
        using var second = await gateway.OpenAsync();
        await exchange.SendAsync("data: a\n\n");
        await first.ExpectAsync("data: a\n\n");
        await second.ExpectAsync("data: a\n\n");
        Assert.Equal(1, upstream.RequestCount);
    }
}
