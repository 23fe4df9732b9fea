using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>The admin listener of the gateway as a program.</summary>
public sealed class AdminProcessTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_ends_streams_and_then_the_process_with_code_0()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.Start(
            "--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0", "--drain-window", "1s");
        using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync() };
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();

        using var answer = await admin.PostAsync("/drain", content: null, Test);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("{\"streams\":1,\"windowSeconds\":1,\"finishSeconds\":300}", await answer.Content.ReadAsStringAsync(Test));
        Assert.Matches("^retry: [0-9]+\n\n$", await response.ReadTextAsync());
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task Second_gateway_finds_another_address_by_itself()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var first = GatewayProcess.Start("--upstream", upstream.Url, "--urls", "http://127.0.0.1:0");
        await using var second = GatewayProcess.Start("--upstream", upstream.Url, "--urls", "http://127.0.0.1:0");
        using var http = new HttpClient { Timeout = Deadline.Limit };
        Assert.NotEqual(await first.AdminAsync(), await second.AdminAsync());
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri(await first.AdminAsync(), "/healthz/ready"), Test));
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri(await second.AdminAsync(), "/healthz/ready"), Test));
    }

    [Fact]
    public async Task Given_address_that_is_in_use_ends_the_start_with_one_line_and_code_2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";
        var (code, _, errors) = await GatewayProcess.RunAsync("--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", url);
        Assert.Equal(2, code);
        Assert.Contains(url, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("here")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:0/admin")]
    public async Task Address_that_is_none_is_named(string url)
    {
        var (code, _, errors) = await GatewayProcess.RunAsync("--upstream", "http://127.0.0.1:9", "--admin-url", url);
        Assert.Equal(2, code);
        Assert.StartsWith("sse-gateway: --admin-url (SseGateway:Admin:Url): must", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }
}
