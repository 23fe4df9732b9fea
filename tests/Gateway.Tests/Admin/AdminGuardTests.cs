using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>A page that runs in the operator's browser reaches loopback addresses too.</summary>
public sealed class AdminGuardTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "192.0.2.1")]
    public async Task Requests_of_pages_do_nothing(string field, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/drain");
        request.Headers.Add(field, value);
        using var answer = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(gateway.Streams.Draining);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "127.0.0.1:1234")]
    [InlineData("Host", "[::1]")]
    public async Task Operator_is_let_in(string field, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/streams");
        request.Headers.Add(field, value);
        using var answer = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Health_check_that_names_no_host_is_answered()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var check = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Admin.BaseAddress!.Port));
        await check.SendAsync("GET /healthz/ready HTTP/1.0\r\n\r\n");
        using var answer = await check.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
    }
}
