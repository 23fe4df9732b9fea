using System.Net;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>What supervisors and load balancers ask for, and where.</summary>
public sealed class HealthTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task Gateway_that_works_is_live_and_ready(string path)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [GatewayUnderTest.WithAdmin, .. Tokens.RequireHs256()]);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await gateway.Admin.SendAsync(request, Test);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(0, upstream.RequestCount);
    }

    [Fact]
    public async Task Gateway_that_drains_is_live_and_not_ready()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin, "SseGateway:DrainWindow=20s");
        var (_, first) = await gateway.OpenStreamAsync(upstream);
        var (_, second) = await gateway.OpenStreamAsync(upstream);
        using var hurry = new CancellationTokenSource();
        _ = gateway.BeginStop(hurry.Token);
        await Deadline.UntilAsync(async () => (await gateway.Admin.GetAsync("/healthz/ready", Test)).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Admin.GetAsync("/healthz/live", Test)).StatusCode);
        await hurry.CancelAsync();
        first.Dispose();
        second.Dispose();
    }

    [Theory]
    [Trait("Case", "11.3.4")]
    [InlineData("GET", "/healthz/live")]
    [InlineData("GET", "/healthz/ready")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/streams")]
    [InlineData("DELETE", "/streams/1")]
    [InlineData("POST", "/revoke")]
    [InlineData("POST", "/drain")]
    public async Task Nothing_of_it_is_on_the_public_address(string method, string path)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var client = await gateway.BeginAsync(method, path);
        var exchange = await upstream.NextAsync();
        await exchange.AnswerAsync(200, "text/plain", "the upstream's");
        using var answer = await client.ReadResponseAsync();
        Assert.Equal("the upstream's", await answer.ReadTextAsync());
        Assert.False(gateway.Streams.Draining);
    }

    [Fact]
    public async Task Nothing_public_is_on_the_admin_address()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var answer = await gateway.Admin.GetAsync("/events", Test);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(0, upstream.RequestCount);
    }
}
