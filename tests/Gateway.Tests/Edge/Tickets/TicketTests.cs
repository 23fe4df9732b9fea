using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Edge.Tickets;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

/// <summary>Streams that are opened with a ticket.</summary>
public sealed class TicketTests
{
    private const string Carriers = "SseGateway:Authentication:Carriers:";

    private static readonly string[] Paths = ["open", "a", "b", "admin"];

    [Fact]
    public async Task Ticket_opens_a_stream_for_its_subject_and_the_upstream_does_not_see_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256("SseGateway:Authentication:ForwardCredential=true")]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));

        var (exchange, response) = await gateway.OpenStreamAsync(upstream, $"/events?a=1&ticket={ticket}&b=%20");

        using (response)
        {
            Assert.Equal("/events?a=1&b=%20", exchange.Request.Target);
            Assert.Equal(["ada"], exchange.Request.Values("Gateway-Subject"));
            Assert.DoesNotContain(ticket, exchange.Request.Raw, StringComparison.Ordinal);
            Assert.Contains("no-store", response.Head.Value("Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("no-referrer", response.Head.Value("Referrer-Policy"));
        }
    }

    [Theory]
    [InlineData("GET", "/events", "Accept: */*", "a ticket was used without GET and Accept: text/event-stream")]
    [InlineData("POST", "/events", "Accept: text/event-stream", "a ticket was used without GET and Accept: text/event-stream")]
    [InlineData("GET", "/other", "Accept: text/event-stream", "the ticket has opened a stream of another path or query")]
    [InlineData("GET", "/events?a=1", "Accept: text/event-stream", "the ticket has opened a stream of another path or query")]
    public async Task Ticket_that_is_used_for_anything_else_is_told_what_it_is_for(string method, string target, string accept, string fault)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));
        var (_, opened) = await gateway.OpenStreamAsync(upstream, $"/events?ticket={ticket}");
        opened.Dispose();

        using var response = await gateway.SendAsync(
            method, $"{target}{(target.Contains('?', StringComparison.Ordinal) ? "&" : "?")}ticket={ticket}", [accept]);

        var text = await response.ReadTextAsync();
        Assert.Equal(401, response.Status);
        Assert.Contains("A ticket opens one event stream: a GET with Accept: text/event-stream", text, StringComparison.Ordinal);
        Assert.Contains("the same path and query alone", text, StringComparison.Ordinal);
        Assert.DoesNotContain(fault, text, StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, line => line.Contains($"[2001] A credential was refused, route upstream: {fault}", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(ticket, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "SseGateway:Limits:Streams=0")]
    [InlineData(true, "SseGateway:Limits:Streams=0")]
    [InlineData(false, "SseGateway:Limits:Streams=1")]
    [InlineData(true, "SseGateway:Limits:StreamsPerAddress=1")]
    [InlineData(false, "SseGateway:Limits:StreamsPerSubject=1")]
    public async Task Newest_stream_with_a_ticket_takes_over_from_the_one_that_is_believed_alive(bool shared, string limit)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Tokens.RequireHs256(), limit, $"SseGateway:Sharing:Enabled={shared}"]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, target);

        using var client = await gateway.BeginAsync("GET", target, Browser.EventSourceFields);
        if (!shared) await (exchange = await upstream.NextAsync()).StartStreamAsync();
        using var second = await client.ReadResponseAsync();

        Assert.Equal((200, false), (second.Status, second.Head.Value("Content-Length") is not null));
        await first.ReadToEndAsync();
        await exchange.SendAsync("data: on\n\n");
        await second.ExpectAsync("data: on\n\n");
        await Deadline.UntilAsync(() => gateway.Limiter.Count == 1);
        first.Dispose();
    }

    [Fact]
    public async Task Stream_that_is_refused_takes_over_from_nobody()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Tokens.RequireHs256(), "SseGateway:Limits:ConnectsPerSecond=0.0001", "SseGateway:Limits:StreamsPerAddress=1"]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        using var first = await gateway.OpenAsync(target);

        using var second = await gateway.OpenAsync(target);
        using var other = await gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.For("bob")}");

        Assert.Equal((200, 429, 429), (first.Status, second.Status, other.Status));
        Assert.Equal(CloseReason.None, Assert.Single(gateway.Streams.Streams).Reason);
        Assert.Equal(1, gateway.Limiter.Count);
    }

    public enum Ending
    {
        ClientLeaves,
        ClientResets,
        UpstreamEnds,
        UpstreamCuts,
        UpstreamFailsBeforeTheHead,
        GatewayEnds,
        RefusedByALimit,
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Same_url_opens_the_stream_again_however_the_one_before_ended(Ending ending)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Tokens.RequireHs256(), .. ending == Ending.RefusedByALimit ? ["SseGateway:Limits:Streams=1"] : Array.Empty<string>()]);
        var target = $"/events?room=1&ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        await EndAsync(upstream, gateway, target, ending);

        var reopened = gateway.ReopenAsync(target, "Last-Event-ID: 7");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();

        using var response = await reopened;
        Assert.Equal(200, response.Status);
        Assert.Equal(("/events?room=1", "7"), (exchange.Request.Target, exchange.Request.Value("Last-Event-ID")));
        Assert.Equal(["ada"], exchange.Request.Values("Gateway-Subject"));
    }

    public static TheoryData<Ending> Endings => [.. Enum.GetValues<Ending>()];

    [Theory]
    [InlineData("/other?room=1&ticket=")]
    [InlineData("/events?room=2&ticket=")]
    [InlineData("/events?room=1&room=2&ticket=")]
    [InlineData("/events?ticket=")]
    public async Task Another_url_is_not_opened_with_a_used_ticket(string target)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));
        var (_, first) = await gateway.OpenStreamAsync(upstream, $"/events?room=1&ticket={ticket}");
        using var open = first;

        using var other = await gateway.OpenAsBrowserAsync(target + ticket);

        Assert.Equal(401, other.Status);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData("GET", "Accept: */*")]
    [InlineData("POST", "Accept: text/event-stream")]
    [InlineData("HEAD", "Accept: text/event-stream")]
    [InlineData("DELETE", "Accept: text/event-stream")]
    public async Task Ticket_is_for_event_streams_alone(string method, string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));

        using var refused = await gateway.SendAsync(method, $"/events?ticket={ticket}", [accept]);

        Assert.Equal(401, refused.Status);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("ticket=made-up")]
    [InlineData("ticket=")]
    [InlineData("ticket=TICKET&ticket=TICKET")]
    public async Task Wrong_ticket_is_refused_and_not_replaced_by_a_good_cookie(string query)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Carriers + "Cookie=chat_token")]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));

        using var refused = await gateway.OpenAsync(
            $"/events?{query.Replace("TICKET", ticket, StringComparison.Ordinal)}", $"Cookie: chat_token={Tokens.For("ada")}");

        Assert.Equal(401, refused.Status);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Theory]
    [InlineData("Authorization", "bob")]
    [InlineData("key", "bot")]
    [InlineData("query", "ada")]
    [InlineData("cookie", "ada")]
    public async Task Ticket_counts_after_the_headers_and_before_query_and_cookie(string other, string subject)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Tokens.RequireHs256(Carriers + "Cookie=chat_token", Carriers + "Query=access_token"), .. TicketGateway.ApiKeySettings()]);
        var ticket = await gateway.TicketForAsync(Tokens.For("ada"));
        var bob = Tokens.For("bob");
        string[] fields = other switch
        {
            "Authorization" => [$"Authorization: Bearer {bob}"],
            "key" => [$"X-Api-Key: {TicketGateway.ApiKey}"],
            "cookie" => [$"Cookie: chat_token={bob}"],
            _ => [],
        };

        var (exchange, response) = await gateway.OpenStreamAsync(
            upstream, $"/events?ticket={ticket}{(other == "query" ? $"&access_token={bob}" : "")}", fields);

        response.Dispose();
        Assert.Equal([subject], exchange.Request.Values("Gateway-Subject"));
        Assert.Equal("/events", exchange.Request.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("t")]
    public async Task Parameter_has_the_name_that_is_set(string name)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(Carriers + "Ticket=" + name)]);

        var (exchange, response) = await gateway.OpenStreamAsync(
            upstream, "/events?ticket=the-upstreams", $"Authorization: Bearer {Tokens.For("ada")}");

        response.Dispose();
        Assert.Equal("/events?ticket=the-upstreams", exchange.Request.Target);
    }

    [Fact]
    public async Task Stream_ends_with_the_credential_and_the_ticket_with_it()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, [.. Tokens.RequireHs256(), "SseGateway:Heartbeat=0"]);
        var claims = Tokens.Claims();
        claims["exp"] = time.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds();
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.Hs256(claims))}";
        var (exchange, response) = await gateway.OpenEventSourceAsync(upstream, target);
        using var open = response;

        time.Advance(TimeSpan.FromSeconds(100));
        await response.ExpectAsync("event: gateway.expiring\n");
        time.Advance(TimeSpan.FromSeconds(20));
        await exchange.WaitForPeerCloseAsync();
        await response.ReadTextAsync();
        using var again = await gateway.OpenAsBrowserAsync(target);

        Assert.Equal(401, again.Status);
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Ticket_of_an_api_key_has_a_lease_of_the_set_length_and_names_the_key_to_the_stream()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, ["SseGateway:Authentication:Mode=Required", "SseGateway:Tickets:Lease=10m", .. TicketGateway.ApiKeySettings()]);
        var target = $"/events?ticket={await gateway.TicketAsync($"X-Api-Key: {TicketGateway.ApiKey}")}";

        var (_, response) = await gateway.OpenStreamAsync(upstream, target);
        Assert.Equal(("bot", TicketGateway.KeyId()), gateway.Streams.Streams.Select(stream => (stream.Subject!, stream.KeyId!)).Single());
        response.Dispose();
        time.Advance(TimeSpan.FromMinutes(9));
        var reopening = gateway.ReopenAsync(target);
        await (await upstream.NextAsync()).StartStreamAsync();
        using (var reopened = await reopening) Assert.Equal(200, reopened.Status);
        time.Advance(TimeSpan.FromMinutes(1));

        using var late = await gateway.OpenAsync(target);
        Assert.Equal(401, late.Status);
    }

    [Fact]
    public async Task Stream_opened_with_an_api_key_itself_names_the_key()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, ["SseGateway:Authentication:Mode=Required", .. TicketGateway.ApiKeySettings()]);

        var (_, response) = await gateway.OpenStreamAsync(upstream, "/events", $"X-Api-Key: {TicketGateway.ApiKey}");

        using (response) Assert.Equal(TicketGateway.KeyId(), Assert.Single(gateway.Streams.Streams).KeyId);
    }

    [Fact]
    public async Task Ticket_reaches_no_further_than_the_credential_did()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [.. Paths.SelectMany(id => GatewayUnderTest.Route(id, $"/{id}", upstream.Url))],
            [
                .. Tokens.RequireHs256(), "SseGateway:Routes:open:Authentication:Mode=None", "SseGateway:Routes:b:Limits:StreamsPerRoute=9",
                "SseGateway:Routes:admin:Authentication:RequiredScopes:0=admin",
            ]);

        foreach (var (path, status) in new[] { ("/a", 200), ("/b", 200), ("/admin", 401) })
        {
            using var response = await gateway.OpenAsync($"{path}?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}");
            Assert.Equal((path, status), (path, response.Status));
        }
    }

    [Fact]
    public async Task Revoked_ticket_does_not_open_its_stream_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        var (_, response) = await gateway.OpenStreamAsync(upstream, target);
        using var open = response;

        gateway.Services.GetRequiredService<TicketStore>().Revoke(caller => caller.Subject == "ada");
        gateway.Streams.End(stream => stream.Subject == "ada", CloseReason.Revoked);

        using var again = await gateway.ReopenAsync(target);
        Assert.Equal(401, again.Status);
    }

    private static async Task EndAsync(ScriptedUpstream upstream, GatewayUnderTest gateway, string target, Ending ending)
    {
        if (ending == Ending.RefusedByALimit)
        {
            var (_, full) = await gateway.OpenStreamAsync(upstream, "/other", $"Authorization: Bearer {Tokens.For("bob")}");
            using (full)
            {
                using var refused = await gateway.OpenAsync(target);
                Assert.Equal(429, refused.Status);
            }
            await Deadline.UntilAsync(
                async () =>
                {
                    await Task.Yield();
                    return gateway.Limiter.Count == 0;
                },
                "the place to be free");
            return;
        }

        using var client = await gateway.BeginAsync("GET", target, ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        if (ending == Ending.UpstreamFailsBeforeTheHead)
        {
            await exchange.SendRawAsync("no HTTP\r\n\r\n");
            Assert.Equal(502, (await client.ReadResponseAsync()).Status);
            return;
        }

        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        switch (ending)
        {
            case Ending.ClientResets:
                client.Reset();
                break;
            case Ending.UpstreamEnds:
                await exchange.EndAsync();
                await response.ReadToEndAsync();
                break;
            case Ending.UpstreamCuts:
                exchange.Cut();
                await response.ReadToEndAsync();
                break;
            case Ending.GatewayEnds:
                gateway.Streams.End(_ => true, CloseReason.Evicted);
                await response.ReadToEndAsync();
                break;
        }
    }
}
