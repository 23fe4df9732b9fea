using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Clients;

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

    [Fact]
    public async Task The_server_has_closed_the_connection_while_its_stream_goes_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), Share.With("Join=all"));
        var (exchange, client) = await gateway.OpenStreamAsync(upstream);

        await Deadline.UntilAsync(() => requests.ConnectionIsOver, "the server has closed the connection");
        await Deadline.UntilAsync(requests.ConnectionIsCollected, "the connection is collected");
        for (var i = 1; i <= 20; i++)
        {
            await exchange.SendAsync(Share.Event(i));
            await client.ExpectAsync(Share.Event(i));
        }

        // What an HTTP client may send that takes the connection for its own is nobody's.
        await client.Client.SendAsync("\r\n");
        await exchange.SendAsync(Share.Event(21));
        await client.ExpectAsync(Share.Event(21));
        Assert.Equal(StreamState.Open, Assert.Single(gateway.Streams.Streams).State);
        await exchange.EndAsync();
        await client.ExpectEndAsync("", BodyEnding.Clean);
        client.Dispose();
    }

    /// <summary>The client's and the upstream's, which is what the descriptors are.</summary>
    [Fact]
    public async Task Its_file_is_counted_until_the_client_has_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), Share.With("Linger=0:10:00"));
        var files = gateway.Services.GetRequiredService<FileBudget>();
        var (_, client) = await gateway.OpenStreamAsync(upstream);
        await Deadline.UntilAsync(() => requests.ConnectionIsOver, "the server has closed the connection");
        Assert.Equal(2, files.Connections);

        client.Dispose();

        await Deadline.UntilAsync(() => files.Connections == 1, "the client's file is given back");
    }

    [Fact]
    public async Task A_limit_of_the_servers_own_counts_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream,
            services => services.AddSingleton<IStartupFilter>(requests).Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxConcurrentConnections = 1),
            Share.With());
        var (exchange, client) = await gateway.OpenStreamAsync(upstream);
        await Deadline.UntilAsync(() => requests.AreOver, "the request is over");

        using var second = await RawClient.ConnectAsync(gateway.EndPoint);
        await second.SendWhatIsTakenAsync("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Null(await second.TryReadResponseAsync());

        await exchange.SendAsync(Share.Event(1));
        await client.ExpectAsync(Share.Event(1));
        client.Dispose();
    }

    [Fact]
    public async Task A_drain_sends_it_away_and_closes_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        var requests = new Requests();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.AddSingleton<IStartupFilter>(requests), Share.With());
        var (exchange, client) = await gateway.OpenEventSourceAsync(upstream, "/events");
        await Deadline.UntilAsync(() => requests.ConnectionIsOver, "the server has closed the connection");
        await exchange.SendAsync(Share.Event(1));
        await client.ExpectAsync(Share.Event(1));

        var stopping = gateway.BeginStop(CancellationToken.None);

        Assert.Matches("^retry: [0-9]+\n\n$", await client.ReadTextAsync());
        await client.Client.WaitForCloseAsync();
        await Deadline.ForAsync(stopping);
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
        private WeakReference? _connection;

        public bool AreOver { get; private set; }

        public bool ConnectionIsOver { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate rest) =>
            {
                _last = new WeakReference(context);
                Note(context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket, context.Features.GetRequiredFeature<IConnectionCompleteFeature>());
                await rest(context);
                AreOver = true;
            });
            next(app);
        };

        public bool AreCollected() => IsCollected(_last);

        public bool ConnectionIsCollected() => IsCollected(_connection);

        private static bool IsCollected(WeakReference? one)
        {
            GC.Collect();
            return one is { IsAlive: false };
        }

        private void Note(Socket socket, IConnectionCompleteFeature complete)
        {
            _connection = new WeakReference(socket);
            complete.OnCompleted(
                static self =>
                {
                    ((Requests)self).ConnectionIsOver = true;
                    return Task.CompletedTask;
                },
                this);
        }
    }
}
