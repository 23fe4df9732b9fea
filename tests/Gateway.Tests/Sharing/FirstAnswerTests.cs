using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Sharing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>Clients that come before the upstream has answered: one request is made for all of them, and its answer is everybody's.</summary>
public sealed class FirstAnswerTests
{
    [Fact]
    public async Task Clients_that_come_at_once_have_the_upstream_dialled_once()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 40);
        await exchange.StartStreamAsync();
        var responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));
        await Deadline.UntilAsync(() => gateway.Streams.Streams.All(stream => stream.State == StreamState.Open));
        await exchange.SendAsync(Share.Events(1, 3));
        foreach (var response in responses)
        {
            await response.ExpectAsync("live", Share.Events(1, 3));
            response.Dispose();
        }
        Assert.Equal((1, 1), (upstream.RequestCount, upstream.ConnectionCount));
    }

    /// <summary>What the upstream sends with its head must not be faster than the clients that waited for it.</summary>
    [Fact]
    public async Task Clients_that_waited_get_the_very_first_event()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 10);
        await exchange.SendRawAsync(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "f\r\nid: 1\ndata: 1\n\n\r\n");
        foreach (var client in clients)
        {
            using var response = await client.ReadResponseAsync();
            await response.ExpectAsync("live", Share.Event(1));
        }
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(302)]
    public async Task Refusal_is_the_answer_of_each_that_waits_and_of_nobody_later(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 3);
        await exchange.AnswerAsync(
            status, "application/json", """{"no":"way"}""", "WWW-Authenticate: Basic realm=x", "Retry-After: 7", "Location: /there", "Set-Cookie: a=b");
        foreach (var client in clients)
        {
            using var response = await client.ReadResponseAsync();
            Assert.Equal(status, response.Status);
            Assert.Equal(
                ("application/json", "Basic realm=x", "7", "/there", null),
                (response.Head.Value("Content-Type"), response.Head.Value(
                    "WWW-Authenticate"), response.Head.Value("Retry-After"), response.Head.Value("Location"), response.Head.Value("Set-Cookie")));
            Assert.Equal("""{"no":"way"}""", await response.ReadTextAsync());
        }
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);

        var (_, later) = await gateway.OpenStreamAsync(upstream);
        Assert.Equal(2, upstream.RequestCount);
        later.Dispose();
    }

    /// <summary>204 is how a server tells an EventSource to stay away (HTML Standard, 9.2.3).</summary>
    [Fact]
    public async Task No_content_is_the_answer_of_each_that_waits()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 3);
        await exchange.SendHeadAsync(204);
        exchange.Finish();
        foreach (var client in clients)
        {
            using var response = await client.ReadResponseAsync();
            Assert.Equal(204, response.Status);
            await response.ExpectEndAsync("", BodyEnding.Clean);
        }
        var (_, later) = await gateway.OpenStreamAsync(upstream);
        later.Dispose();
    }

    /// <summary>Statuses whose body may not be written, whatever the upstream sends.</summary>
    [Theory]
    [InlineData(205, "0", "Content-Length: 0", "")]
    [InlineData(205, "0", "Content-Length: 5", "hello")]
    [InlineData(205, "0", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(205, "0", "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked", "6\r\ndata:\n\r\n0\r\n\r\n")]
    [InlineData(204, null, "X-A: b", "")]
    [InlineData(304, null, "ETag: \"x\"", "")]
    public async Task Answer_without_a_body_passes_as_in_a_relay(int status, string? length, string fields, string wire)
    {
        foreach (var shares in new[] { true, false })
        {
            await using var upstream = ScriptedUpstream.Start();
            await using var gateway = await GatewayUnderTest.StartAsync(upstream, $"SseGateway:Sharing:Enabled={shares}");
            using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
            var exchange = await upstream.NextAsync();
            await exchange.SendRawAsync($"HTTP/1.1 {status} X\r\n{fields}\r\n\r\n{wire}");
            using var response = await client.ReadResponseAsync();
            Assert.Equal((status, length), (response.Status, response.Head.Value("Content-Length")));
            Assert.False(response.Head.Has("Transfer-Encoding"));
            await response.ExpectEndAsync("", BodyEnding.Clean);
        }
    }

    [Theory]
    [InlineData(201)]
    [InlineData(203)]
    public async Task Stream_with_another_success_than_200_is_shared_and_every_client_has_its_status(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        await exchange.SendHeadAsync(status, "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Location: /events/1");
        var responses = await Task.WhenAll([.. clients.Select(client => client.ReadResponseAsync()), gateway.OpenAsync()]);
        await exchange.SendAsync(Share.Event(1));
        foreach (var response in responses)
        {
            Assert.Equal((status, "live", "/events/1"), (response.Status, response.Head.Value("Sse-Resume"), response.Head.Value("Location")));
            await response.ExpectAsync(Share.Event(1));
            response.Dispose();
        }
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Upstream_that_is_not_there_is_a_502_for_each()
    {
        using var closed = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(closed.Url, Share.With());
        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gateway.OpenAsync()));
        foreach (var response in responses)
        {
            Assert.Equal((502, "application/problem+json"), (response.Status, response.Head.Value("Content-Type")));
            Assert.Equal(502, JsonDocument.Parse(await response.ReadTextAsync()).RootElement.GetProperty("status").GetInt32());
            response.Dispose();
        }
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);
    }

    [Fact]
    public async Task Upstream_that_hangs_up_is_a_502_for_each()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 3);
        await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/ev");
        exchange.Cut();
        foreach (var client in clients)
        {
            using var response = await client.ReadResponseAsync();
            Assert.Equal((502, "application/problem+json"), (response.Status, response.Head.Value("Content-Type")));
        }
    }

    [Theory]
    [InlineData(500, "Content-Length: 100")]
    [InlineData(503, "Content-Length: 100000")]
    [InlineData(404, "Transfer-Encoding: chunked")]
    [InlineData(302, "Connection: close")]
    public async Task Refusal_whose_body_stands_still_has_its_head_at_once_and_is_cut_in_the_end(int status, string framing)
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Share.With(), "SseGateway:Timeouts:Head=30s"]);
        using var swept = await SweptTime.StartAsync(gateway, time);
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        await exchange.SendRawAsync($"HTTP/1.1 {status} X\r\nX-Why: because\r\n{framing}\r\n\r\n");
        var responses = new List<RawResponse>();
        foreach (var client in clients)
        {
            responses.Add(await client.ReadResponseAsync());
            Assert.Equal((status, "because"), (responses[^1].Status, responses[^1].Head.Value("X-Why")));
        }

        // Nobody else waits with them.
        var (_, other) = await gateway.OpenStreamAsync(upstream);
        foreach (var response in responses)
        {
            var end = response.ReadToEndAsync();
            await swept.PassUntilAsync(() => end.IsCompleted);
            Assert.NotEqual(BodyEnding.Clean, (await end).Ending);
            response.Dispose();
        }

        await exchange.WaitForPeerCloseAsync();
        other.Dispose();
    }

    [Fact]
    public async Task Refusal_whose_body_comes_late_is_whole()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        await exchange.SendHeadAsync(500, "Content-Length: 5");
        var responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));
        await exchange.SendRawAsync("hello");
        foreach (var answered in responses)
        {
            using var response = answered;
            Assert.Equal(500, response.Status);
            await response.ExpectEndAsync("hello", BodyEnding.Clean);
        }
    }

    [Fact]
    public async Task Ordinary_answer_is_each_ones_own()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 3, "X-Name: {0}");
        await exchange.AnswerAsync(200, "application/json", "{}", "Set-Cookie: shared=1");
        for (var i = 0; i < 3; i++)
        {
            var own = await upstream.NextAsync();
            await own.AnswerAsync(200, "application/json", $$"""{"name":"{{own.Request.Value("X-Name")}}"}""", "Set-Cookie: own=1");
        }
        for (var i = 0; i < 3; i++)
        {
            using var response = await clients[i].ReadResponseAsync();
            Assert.Equal((200, "own=1"), (response.Status, response.Head.Value("Set-Cookie")));
            Assert.Equal($$"""{"name":"{{i}}"}""", await response.ReadTextAsync());
        }
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);
    }

    /// <summary>An encoded stream cannot be taken apart, and nobody has asked for one.</summary>
    [Fact]
    public async Task Encoded_stream_is_each_ones_own()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        await exchange.StartStreamAsync("Content-Encoding: x-rot13");
        for (var i = 0; i < 2; i++)
        {
            var own = await upstream.NextAsync();
            await own.StartStreamAsync("Content-Encoding: x-rot13");
            await own.SendAsync("qngn: k\n\n");
        }
        foreach (var client in clients)
        {
            using var response = await client.ReadResponseAsync();
            Assert.Equal((200, "x-rot13"), (response.Status, response.Head.Value("Content-Encoding")));
            await response.ExpectAsync("qngn: k\n\n");
        }
    }

    [Fact]
    public async Task Upstreams_fields_reach_every_client_but_what_is_for_one_alone()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        await exchange.StartStreamAsync(
            "X-Version: 7", "X-Many: a", "X-Many: b", "Connection: keep-alive, x-hop", "X-Hop: 1",
            "Keep-Alive: timeout=5", "Sse-Resume: exact");
        var responses = new List<RawResponse>();
        foreach (var client in clients) responses.Add(await client.ReadResponseAsync());
        responses.Add(await gateway.OpenAsync());
        foreach (var response in responses)
        {
            Assert.Equal(
                ("7", "live", "text/event-stream"), (response.Head.Value("X-Version"), response.Head.Value("Sse-Resume"), response.Head.Value("Content-Type")));
            Assert.Equal(["a", "b"], response.Head.Members("X-Many"));
            foreach (var name in new[] { "X-Hop", "Keep-Alive", "Content-Length" }) Assert.False(response.Head.Has(name), name);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Nothing_of_the_first_client_goes_upstream_but_what_all_share()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Share.With("ShareBy:0=header:X-Room", "ShareBy:1=header:Accept-Language"), "SseGateway:Limits:TrustedProxies:0=127.0.0.1"]);
        var (exchange, response) = await gateway.OpenStreamAsync(
            upstream, "/events?room=1", "Cookie: secret=1", "X-Forwarded-For: 192.0.2.9, secret",
            "X-Room: red", "X-Other: secret", "User-Agent: secret", "Referer: http://secret/", "Origin: http://secret", "Gateway-Subject: secret",
            "Gateway-Claim-x: secret", "Proxy-Authorization: secret", "If-None-Match: secret", "Accept-Encoding: secret", "Forwarded: for=secret",
            "Range: bytes=secret", "X-Request-Id: secret", "Accept-Language: de");
        Assert.DoesNotContain("secret", exchange.Request.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.9", exchange.Request.Raw, StringComparison.Ordinal);
        Assert.False(exchange.Request.Has("X-Forwarded-For"));
        Assert.Equal(
            ("/events?room=1", "red", "de", "text/event-stream"),
            (exchange.Request.Target, exchange.Request.Value("X-Room"), exchange.Request.Value("Accept-Language"), exchange.Request.Value("Accept")));
        response.Dispose();
    }

    [Fact]
    public async Task Credential_and_its_subject_are_not_the_upstreams_unless_clients_are_parted_by_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Share.With(), .. Tokens.RequireHs256()]);
        var (exchange, ada) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("ada")}");
        using var bob = await gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.For("bob")}");
        using var nobody = await gateway.OpenAsync();
        Assert.Equal((200, 401), (bob.Status, nobody.Status));
        Assert.False(exchange.Request.Has("Gateway-Subject") || exchange.Request.Has("Authorization"));
        ada.Dispose();
    }

    /// <summary>It is refused like one with an upstream of its own, and the others go on waiting.</summary>
    [Theory]
    [InlineData(nameof(CloseReason.Evicted), 429)]
    [InlineData(nameof(CloseReason.Revoked), 401)]
    [InlineData(nameof(CloseReason.Drained), 503)]
    public async Task Client_whose_stream_is_ended_before_the_answer_is_refused(string reason, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        gateway.Streams.Streams.MinBy(stream => stream.Number)!.End(Enum.Parse<CloseReason>(reason));
        using (var refused = await clients[0].ReadResponseAsync()) Assert.Equal(status, refused.Status);
        await exchange.StartStreamAsync();
        using var response = await clients[1].ReadResponseAsync();
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync("live", Share.Event(1));
    }

    [Fact]
    public async Task Client_that_leaves_before_the_answer_holds_up_nobody_and_leaves_nothing_behind()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, clients) = await WaitAsync(gateway, upstream, 2);
        clients[0].Reset();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 1);
        await exchange.StartStreamAsync();
        using var response = await clients[1].ReadResponseAsync();
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync("live", Share.Event(1));
    }

    /// <summary>So many clients that have entered one shared stream and wait, in this order, and the one request that is made for them. A client that is
    /// only admitted may still come too late for its answer.</summary>
    private static async Task<(UpstreamExchange Exchange, RawClient[] Clients)> WaitAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, int count, string? field = null)
    {
        var clients = new RawClient[count];
        var shared = gateway.Services.GetRequiredService<SharedStreams>();
        for (var i = 0; i < count; i++)
        {
            string[] fields = field is null ? [] : [field.Replace("{0}", $"{i}", StringComparison.Ordinal)];
            clients[i] = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", .. fields]);
            var entered = i + 1;
            await Deadline.UntilAsync(() => shared.Streams.Sum(stream => stream.Users) == entered);
        }
        return (await upstream.NextAsync(), clients);
    }
}
