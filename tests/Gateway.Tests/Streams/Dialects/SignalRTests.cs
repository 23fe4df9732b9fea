using System.Net;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>ASP.NET Core SignalR over its event-stream transport, with .NET's own clients, whose parsers take neither a blank line alone nor an
/// event.</summary>
public sealed class SignalRTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(6, false)]
    [InlineData(8, false)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    public async Task An_idle_hub_keeps_its_clients_over_many_heartbeats(int version, bool share)
    {
        await using var hub = await StartHubAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            Address(hub), _time, "SseGateway:Heartbeat=5s", $"SseGateway:Sharing:Enabled={share}");
        using var time = await SweptTime.StartAsync(gateway, _time);
        await using var client = SignalRClient.Start(version, new Uri(gateway.Address, "/hub"));
        Assert.Equal("connected", await client.NextAsync());
        await time.OpenedAsync(1);
        var stream = Assert.Single(time.Streams);
        var before = stream.Bytes;

        await time.PassUntilAsync(() => stream.Bytes >= before + 20);
        await client.SayAsync("still here");

        Assert.Equal("heard: still here", await client.NextAsync());
        Assert.Same(stream, Assert.Single(time.Streams));
    }

    /// <summary>Its token is in the query where it cannot set a header, as the recipe has it.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public async Task A_token_that_ends_soon_is_not_announced_and_its_end_is_a_loss_that_the_client_sees(int version)
    {
        await using var hub = await StartHubAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            Address(hub), _time,
            [.. Tokens.RequireHs256(
                "SseGateway:Authentication:Jwt:ClockSkew=0"), "SseGateway:Heartbeat=5s", "SseGateway:Authentication:Carriers:Query=access_token"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var claims = Tokens.Claims();
        claims["exp"] = _time.GetUtcNow().ToUnixTimeSeconds() + 120;
        await using var client = SignalRClient.Start(version, new Uri(gateway.Address, "/hub"), Tokens.Hs256(claims));
        Assert.Equal("connected", await client.NextAsync());
        await time.OpenedAsync(1);
        var stream = Assert.Single(time.Streams);

        // The notice that others get comes 30 s before.
        await time.PassAsync(100);
        await client.SayAsync("still here");
        Assert.Equal("heard: still here", await client.NextAsync());

        await time.PassUntilAsync(() => stream.Reason == CloseReason.Expired);
        Assert.StartsWith("closed: ", await client.NextAsync(), StringComparison.Ordinal);
    }

    /// <summary>The POSTs of a connection must come to the server that has its stream; the settings are the recipe's (docs/signalr.md).</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public async Task Before_two_hubs_a_cookie_keeps_a_client_at_the_one_that_has_its_stream(int version)
    {
        await using var one = await StartHubAsync();
        await using var two = await StartHubAsync();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("hub", "/hub/{**path}", Address(one), Address(two)),
            "ReverseProxy:Clusters:hub:LoadBalancingPolicy=RoundRobin", "ReverseProxy:Clusters:hub:SessionAffinity:Enabled=true",
            "ReverseProxy:Clusters:hub:SessionAffinity:Policy=HashCookie", "ReverseProxy:Clusters:hub:SessionAffinity:FailurePolicy=Return503Error",
            "ReverseProxy:Clusters:hub:SessionAffinity:AffinityKeyName=.hub");
        await using var client = SignalRClient.Start(version, new Uri(gateway.Address, "/hub"));
        Assert.Equal("connected", await client.NextAsync());
        foreach (var text in new[] { "a", "b", "c" })
        {
            await client.SayAsync(text);
            Assert.Equal("heard: " + text, await client.NextAsync());
        }
    }

    private static async Task<WebApplication> StartHubAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

        // Silent, and so for longer than any client of a test waits.
        builder.Services.AddSignalR(
            options => (options.KeepAliveInterval, options.ClientTimeoutInterval) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20)));
        var app = builder.Build();
        app.MapHub<EchoHub>("/hub");
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication hub) =>
        hub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private sealed class EchoHub : Hub
    {
        public Task Say(string text) => Clients.Caller.SendAsync("say", text);
    }
}
