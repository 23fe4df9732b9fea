using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Admin;
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
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Origin", "http://localhost:8081")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "evil.example:8081")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "notlocalhost")]
    [InlineData("Host", "evil.admin.example")]
    public async Task Requests_of_pages_do_nothing(string field, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, "SseGateway:Admin:Hosts=admin.example");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/drain");
        request.Headers.Add(field, value);
        using var answer = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(gateway.Streams.Draining);
    }

    [Fact]
    public async Task Its_own_page_is_let_in()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/streams/none");
        request.Headers.Add("Origin", gateway.Admin.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "127.0.0.1:1234")]
    [InlineData("Host", "[::1]")]
    [InlineData("Host", "LocalHost.:1234")]
    [InlineData("Host", "192.0.2.1")]
    [InlineData("Host", "[2001:db8::1]:8081")]
    [InlineData("Host", "admin.example")]
    [InlineData("Host", "Admin.Example:8081")]
    [InlineData("Host", "ADMIN.example.")]
    [InlineData("Host", "gateway")]
    public async Task Operator_is_let_in(string field, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, GatewayUnderTest.WithAdmin, "SseGateway:Admin:Hosts=admin.example, Gateway");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/streams");
        request.Headers.Add(field, value);
        using var answer = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Page_whose_name_resolves_to_an_address_of_a_network_is_told_which_setting_it_would_take()
    {
        // 127.0.0.2 is loopback; a listener on all addresses is what counts.
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Admin:Url=http://0.0.0.0:0", "SseGateway:Admin:Open=true");
        var port = new Uri(gateway.Services.GetRequiredService<AdminServer>().Address!).Port;
        using var page = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await page.SendAsync("GET /streams HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
        using var answer = await page.ReadResponseAsync();
        Assert.Equal(403, answer.Status);
        Assert.Contains("SseGateway:Admin:Hosts", await answer.ReadTextAsync(), StringComparison.Ordinal);
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
