using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>What opens a session, or is asked for with one, is one client's own.</summary>
public sealed partial class SessionTests
{
    private static readonly string Stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

    private int _sessions;

    [Theory]
    [InlineData("", "event: endpoint\ndata: /messages?session={0}\n\n", "the event endpoint")]
    [InlineData("", ": welcome\r\n\r\nretry: 100\r\n\r\ndata:/messages?session={0}\r\nevent:endpoint\r\n\r\n", "the event endpoint")]
    [InlineData("", "event: hello\ndata: welcome\n\nevent: endpoint\ndata: /messages?session={0}\n\n", "the event endpoint")]
    [InlineData("Mcp-Session-Id: {0}", "data: {0}\n\n", "Mcp-Session-Id")]
    [InlineData("set-cookie: session={0}", "data: {0}\n\n", "Set-Cookie")]
    [InlineData("Set-Cookie: session={0}", "", "Set-Cookie")]
    public async Task Clients_that_come_at_once_have_a_session_each(string field, string first, string sign)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => OpenSessionAsync(exchange, field, first));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var clients = new List<RawClient>();
        for (var i = 0; i < 3; i++) clients.Add(await gateway.BeginAsync("GET", "/sse", ["Accept: text/event-stream"]));
        var sessions = new HashSet<string>();
        foreach (var client in clients) sessions.Add(await SessionAsync(await client.ReadResponseAsync()));

        Assert.Equal(3, sessions.Count);
        Assert.All(gateway.Streams.Streams, stream => Assert.Equal(StreamMode.Relay, stream.Mode));
        var warning = Assert.Single(gateway.Log.Lines, line => line.Contains("cannot be shared", StringComparison.Ordinal));
        Assert.StartsWith("Warning ", warning, StringComparison.Ordinal);
        Assert.Contains(sign, warning, StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
    }

    /// <summary>The clients have their heads already; each comes back and is served alone.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("event: hello\ndata: welcome\n\n")]
    [InlineData("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n")]
    public async Task Session_that_is_opened_late_reaches_nobody_and_the_next_one_is_its_clients(string before)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenEventSourceAsync(upstream);
        using var second = await gateway.OpenAsEventSourceAsync();
        await exchange.SendAsync(before);
        await first.ExpectAsync(before);
        await second.ExpectAsync(before);
        await exchange.SendAsync("event: endpoint\ndata: /messages?session=1\n\n");
        Assert.Matches("^retry: [0-9]+\n\n$", await first.ReadTextAsync());
        Assert.Matches("^retry: [0-9]+\n\n$", await second.ReadTextAsync());
        for (var session = 2; session < 4; session++)
        {
            var (own, back) = await gateway.OpenStreamAsync(upstream);
            await own.SendAsync($"event: endpoint\ndata: {session}\n\n");
            await back.ExpectAsync($"event: endpoint\ndata: {session}\n\n");
            back.Dispose();
        }
        first.Dispose();
    }

    [Theory]
    [InlineData("event: message\ndata: endpoint\n\n")]
    [InlineData("id: endpoint\ndata: event: endpoint\n\n")]
    [InlineData("event: endpoints\ndata: x\n\n")]
    public async Task What_only_speaks_of_an_endpoint_is_shared(string events)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var second = await gateway.OpenAsync();
        await exchange.SendAsync(events);
        await first.ExpectAsync(events);
        await second.ExpectAsync(events);
        Assert.Equal(1, upstream.RequestCount);
        first.Dispose();
    }

    [Fact]
    public async Task Cookie_that_the_route_takes_away_is_none()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            [.. Share.With(), "ReverseProxy:Routes:upstream:Transforms:0:ResponseHeaderRemove=Set-Cookie",
                "ReverseProxy:Routes:upstream:Transforms:0:When=Always"]);
        var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync("Set-Cookie: balancer=7");
        await exchange.SendAsync(Share.Event(1));
        using var first = await client.ReadResponseAsync();
        using var second = await gateway.OpenAsync();
        await exchange.SendAsync(Share.Event(2));
        await first.ExpectAsync("live", Share.Events(1, 2));
        await second.ExpectAsync("live", Share.Event(2));
        Assert.False(first.Head.Has("Set-Cookie"));
    }

    [Theory]
    [InlineData("Mcp-Session-Id: {0}")]
    [InlineData("mcp-session-id: {0}")]
    [InlineData("Authorization: Bearer {0}")]
    [InlineData("Authorization: Basic {0}")]
    [InlineData("X-Api-Key: {0}")]
    [InlineData("x-goog-api-key: {0}")]
    public async Task Client_that_names_its_session_or_itself_is_not_served_with_others(string field)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        for (var i = 0; i < 2; i++)
        {
            var own = string.Format(CultureInfo.InvariantCulture, field, i);
            var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/mcp", own);
            Assert.Contains(own[(own.IndexOf(':', StringComparison.Ordinal) + 2)..], exchange.Request.Raw, StringComparison.Ordinal);
            await exchange.SendAsync($"data: {i}\n\n");
            await response.ExpectAsync($"data: {i}\n\n");
            response.Dispose();
        }
    }

    [Fact]
    public async Task Clients_that_are_parted_by_their_key_share_with_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("ShareBy:0=header:X-Api-Key"));
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/events", "X-Api-Key: a");
        using var second = await gateway.OpenAsync("/events", "X-Api-Key: a");
        Assert.Equal("a", exchange.Request.Value("X-Api-Key"));
        await exchange.SendAsync(Share.Event(1));
        await first.ExpectAsync(Share.Event(1));
        await second.ExpectAsync(Share.Event(1));
        Assert.Equal(1, upstream.RequestCount);
        first.Dispose();
    }

    private async Task OpenSessionAsync(UpstreamExchange exchange, string field, string first)
    {
        var session = string.Create(CultureInfo.InvariantCulture, $"s{Interlocked.Increment(ref _sessions)}.");
        var text = first.Replace("{0}", session, StringComparison.Ordinal);
        await exchange.SendRawAsync(Stream + (field.Length == 0 ? "" : field.Replace("{0}", session, StringComparison.Ordinal) + "\r\n") + "\r\n" + text);
        await exchange.WaitForPeerCloseAsync();
    }

    // In the head or in the body, as the case may be.
    private static async Task<string> SessionAsync(RawResponse response)
    {
        Assert.Equal(200, response.Status);
        var text = response.Head.Raw;
        while (!Session().IsMatch(text)) text = await response.ReadLineAsync();
        return Session().Match(text).Value;
    }

    [GeneratedRegex(@"s[0-9]+\.")]
    private static partial Regex Session();
}
