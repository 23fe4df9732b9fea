using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>A Content-Encoding that says that there is none: RFC 9110 sections 8.4 and 12.5.3.</summary>
public sealed class ContentEncodingTests
{
    /// <summary>As ASP.NET Core's <c>TypedResults.ServerSentEvents</c> and SignalR say it, examples of graphql-sse and Next.js, and others.</summary>
    public static TheoryData<string> None => ["identity", "Identity", "IDENTITY", "none", "None", "", " ", "identity, identity", "identity,none", ", identity"];

    [Theory]
    [MemberData(nameof(None))]
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
        Assert.Null(first.Head.Value("Content-Encoding"));
    }

    [Theory]
    [MemberData(nameof(None))]
    public async Task A_stream_that_says_that_it_is_not_encoded_is_relayed_as_any_other(string encoding)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Cache-Control: no-cache"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync($"Content-Encoding: {encoding}");
        using var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().OpenedAt is not null);

        await gateway.Admin.DeleteAsync($"/streams/{gateway.Streams.Streams.Single().Id}", TestContext.Current.CancellationToken);
        Assert.Null(response.Head.Value("Content-Encoding"));
        await response.ReadTextAsync();
    }

    /// <summary>Nothing can be put into it, and what has one coding cannot be shared with a client that does not take it.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("identity, gzip")]
    [InlineData("nonesuch")]
    public async Task A_coding_passes_and_its_stream_is_each_clients_own(string encoding)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Sharing:Enabled=true");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", "Accept-Encoding: gzip"]);
        for (var dial = 0; dial < 2; dial++)
        {
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync($"Content-Encoding: {encoding}");
        }

        using var response = await client.ReadResponseAsync();
        Assert.Equal(encoding, response.Head.Value("Content-Encoding"));
        Assert.Equal(2, upstream.RequestCount);
    }
}
