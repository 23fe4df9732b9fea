using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>A client of a shared stream over HTTP/1.1 stays without its request.</summary>
public sealed class DetachedClientTests
{
    [Fact]
    public async Task The_request_is_over_and_collected_while_its_stream_goes_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), Share.With("Join=all"));
        var (exchange, client) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(Share.Event(1));
        await client.ExpectAsync("live", Share.Event(1));

        await Deadline.UntilAsync(() => requests.AreOver, "the request is over");
        await Deadline.UntilAsync(requests.AreCollected, "the request is collected");
        Assert.Equal(StreamState.Open, Assert.Single(gateway.Streams.Streams).State);
        await exchange.SendAsync(Share.Event(2));
        await client.ExpectAsync(Share.Event(2));
        client.Dispose();
    }

    /// <summary>Node's fetch takes the end of a connection that is to close for the end of the body, so a cut would be a clean end there.</summary>
    [Fact]
    public async Task Only_the_head_of_a_stream_that_ends_cleanly_says_that_the_connection_closes()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (_, eventSource) = await gateway.OpenEventSourceAsync(upstream, "/events");
        using var first = eventSource;
        using var program = await gateway.OpenAsync("/events");
        Assert.Equal("close", eventSource.Head.Value("Connection"));
        Assert.False(program.Head.Has("Connection"));
    }

    [Fact]
    public async Task A_client_that_leaves_gives_its_place_back()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), Share.With());
        var (_, client) = await gateway.OpenStreamAsync(upstream);
        using (client)
        {
            await Deadline.UntilAsync(() => requests.AreOver, "the request is over");
            Assert.Equal((1, 1), (gateway.Streams.Count, gateway.Limiter.Count));
        }

        await Deadline.UntilAsync(() => (gateway.Streams.Count, gateway.Limiter.Count) == (0, 0), "the place is given back");
    }

    /// <summary>The ticket is the stream's, not the request's that is over.</summary>
    [Fact]
    public async Task The_next_stream_with_its_ticket_takes_over()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), [.. Share.With(), .. Tokens.RequireHs256()]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";
        var (_, client) = await gateway.OpenEventSourceAsync(upstream, target);
        using (client)
        {
            await Deadline.UntilAsync(() => requests.AreOver, "the request is over");
            using var second = await gateway.OpenAsync(target);
            Assert.Equal(200, second.Status);
            Assert.Matches("^retry: [0-9]+\n\n$", await client.ReadTextAsync());
            await Deadline.UntilAsync(() => gateway.Streams.Count == 1 && gateway.Limiter.Count == 1);
        }

        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>Sees every request from before the gateway's first step.</summary>
    private sealed class Requests : IStartupFilter
    {
        private WeakReference? _last;

        public bool AreOver { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate rest) =>
            {
                _last = new WeakReference(context);
                await rest(context);
                AreOver = true;
            });
            next(app);
        };

        public bool AreCollected()
        {
            GC.Collect();
            return _last is { IsAlive: false };
        }
    }
}
