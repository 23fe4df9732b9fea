using System.Net;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Clients;

/// <summary>A client of a shared stream over HTTP/2 stays without the steps of its request.</summary>
public sealed class ParkedClientTests
{
    private static readonly string[] Sharing = [.. Share.With("Join=all")];

    [Fact]
    public async Task All_steps_of_the_request_are_over_while_its_stream_goes_on_to_its_end()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Sharing);
        using var client = gateway.CreateHttp2Client();
        var (exchange, body) = await OpenAsync(upstream, client, "/events");
        await exchange.SendAsync(Share.Event(1));
        await ExpectAsync(body, Share.Event(1));

        await Deadline.UntilAsync(() => gateway.Streams.Asked == 0, "the steps of the request are over");
        Assert.Equal(StreamState.Open, Assert.Single(gateway.Streams.Streams).State);
        await exchange.SendAsync(Share.Event(2));
        await ExpectAsync(body, Share.Event(2));
        await exchange.EndAsync();

        using var rest = new StreamReader(body);
        Assert.Matches("^(retry: [0-9]+\n\n)?$", await Deadline.ForAsync(rest.ReadToEndAsync(TestContext.Current.CancellationToken)));
        await Deadline.UntilAsync(() => (gateway.Streams.Count, gateway.Limiter.Count) == (0, 0), "the place is given back");
    }

    [Fact]
    public async Task A_client_that_leaves_gives_its_place_back_and_leaves_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Sharing, .. Share.With("Linger=0")]);
        using var client = gateway.CreateHttp2Client();
        var (exchange, body) = await OpenAsync(upstream, client, "/events");
        await Deadline.UntilAsync(() => gateway.Streams.Asked == 0, "the steps of the request are over");
        Assert.Equal((1, 1), (gateway.Streams.Count, gateway.Limiter.Count));

        await body.DisposeAsync();

        await Deadline.UntilAsync(() => (gateway.Streams.Count, gateway.Limiter.Count) == (0, 0), "the place is given back");
        await Deadline.ForAsync(exchange.WaitForPeerCloseAsync());
    }

    /// <summary>The ticket is the stream's, not the steps' that are over.</summary>
    [Fact]
    public async Task The_next_stream_with_its_ticket_takes_over()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. Tokens.RequireHs256()]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        using var client = gateway.CreateHttp2Client();
        var (_, body) = await OpenAsync(upstream, client, target);
        await Deadline.UntilAsync(() => gateway.Streams.Asked == 0, "the steps of the request are over");

        using var second = await Deadline.ForAsync(AskAsync(client, target));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await Assert.ThrowsAsync<HttpProtocolException>(() => Deadline.ForAsync(body.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask()));
        await Deadline.UntilAsync(() => (gateway.Streams.Count, gateway.Limiter.Count) == (1, 1), "the place is given back");
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task A_ticket_is_free_again_as_soon_as_its_client_has_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. Tokens.RequireHs256()]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        using var client = gateway.CreateHttp2Client();
        var (_, body) = await OpenAsync(upstream, client, target);
        await body.DisposeAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0, "the place is given back");

        using var second = await Deadline.ForAsync(AskAsync(client, target));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    private static async Task<(UpstreamExchange Exchange, Stream Body)> OpenAsync(ScriptedUpstream upstream, Http2Client client, string target)
    {
        var asking = AskAsync(client, target);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await Deadline.ForAsync(asking);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        return (exchange, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static Task<HttpResponseMessage> AskAsync(Http2Client client, string target) => client.SendAsync(
        new(HttpMethod.Get, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "Accept", "text/event-stream" } },
        },
        HttpCompletionOption.ResponseHeadersRead,
        TestContext.Current.CancellationToken);

    private static async Task ExpectAsync(Stream body, string text)
    {
        var bytes = new byte[text.Length];
        await Deadline.ForAsync(body.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
    }
}
