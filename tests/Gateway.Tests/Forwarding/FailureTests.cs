using System.Globalization;
using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>
/// An upstream that does not answer is a 502 or 504 with problem details and CORS headers, never a broken stream, and says nothing about
/// what is behind: catalogue 7.4.10, 8.3.1, 11.2.7, 11.3.5.
/// </summary>
public sealed class FailureTests
{
    private const string Page = "https://app.example";
    private const string AllowPage = "SseGateway:Cors:Origins:0=" + Page;

    [Theory]
    [Trait("Case", "7.4.10")]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Upstream_that_refuses_connections_is_502(string method)
    {
        using var port = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(port.Url, AllowPage);

        using var response = await gateway.SendAsync(method, "/events?<script>", ["Accept: text/event-stream", $"Origin: {Page}"]);

        await ExpectProblemAsync(response, 502, port.Number);
    }

    [Fact]
    [Trait("Case", "7.4.10")]
    public async Task Upstream_that_does_not_take_the_connection_is_502()
    {
        using var full = new FullListener();
        await using var gateway = await GatewayUnderTest.StartAsync(
            $"http://127.0.0.1:{full.Port}", AllowPage, "SseGateway:Timeouts:Connect=00:00:00.2");

        using var response = await gateway.OpenAsync("/events", $"Origin: {Page}");

        await ExpectProblemAsync(response, 502, full.Port);
    }

    [Fact]
    [Trait("Case", "7.4.10")]
    public async Task Upstream_that_does_not_speak_tls_is_502()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync($"https://127.0.0.1:{upstream.Port}", AllowPage);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Origin: {Page}"]);

        // The scripted upstream takes the TLS greeting for a head that never ends, until it hangs up.
        await Deadline.UntilAsync(() => upstream.ConnectionCount > 0);
        await upstream.DisposeAsync();

        await ExpectProblemAsync(await client.ReadResponseAsync(), 502, upstream.Port);
    }

    [Fact]
    [Trait("Case", "7.4.10")]
    public async Task Upstream_that_never_sends_its_head_is_504_and_is_let_go()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, AllowPage, "SseGateway:Timeouts:Head=00:00:00.3");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Origin: {Page}"]);
        var exchange = await upstream.NextAsync();

        await ExpectProblemAsync(await client.ReadResponseAsync(), 504, upstream.Port);

        await exchange.WaitForPeerCloseAsync();
    }

    [Theory]
    [Trait("Case", "4.1.1")]
    [InlineData("text/event-stream")]
    [InlineData("application/octet-stream")]
    public async Task Head_timeout_does_not_limit_the_body(string contentType)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Timeouts:Head=00:00:00.6");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        await exchange.SendHeadAsync(200, $"Content-Type: {contentType}", "Transfer-Encoding: chunked");
        await exchange.SendAsync("first");
        var response = await client.ReadResponseAsync();
        await response.ExpectAsync("first");

        // A second request that runs into the limit shows that its time has passed for the first one too.
        using var late = await gateway.BeginAsync("GET", "/late");
        Assert.Equal(504, (await late.ReadResponseAsync()).Status);

        await exchange.SendAsync("second");
        await response.ExpectAsync("second");
    }

    [Theory]
    [Trait("Case", "7.4.10")]
    [Trait("Case", "11.2.7")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-st")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 20x OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    public async Task Upstream_that_closes_or_babbles_instead_of_a_head_is_502(string bytes)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, AllowPage);
        upstream.Serve(async exchange =>
        {
            await exchange.SendRawAsync(bytes);
            exchange.Cut();
        });

        using var response = await gateway.OpenAsync("/events", $"Origin: {Page}");

        await ExpectProblemAsync(response, 502, upstream.Port);
        Assert.Equal(1, upstream.RequestCount);
    }

    /// <summary>The upstream may have closed it before it had the request: RFC 9110 section 9.2.2 allows to send it again, once.</summary>
    [Theory]
    [Trait("Case", "5.2.13")]
    [InlineData(1)]
    [InlineData(5)]
    public async Task GET_on_a_connection_that_had_been_idle_is_sent_once_more(int idle)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var all = await Task.WhenAll(Enumerable.Range(0, idle).Select(async _ =>
        {
            var client = await gateway.BeginAsync("GET", "/page", []);
            return (client, await upstream.NextAsync());
        }));
        foreach (var (client, exchange) in all)
        {
            await exchange.AnswerAsync(200, "text/plain", "there");
        }

        foreach (var (client, _) in all)
        {
            await (await client.ReadResponseAsync()).ExpectAsync("there");
            client.Dispose();
        }

        upstream.Serve(exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        });
        using var last = await gateway.SendAsync("GET", "/page", []);

        Assert.Equal(502, last.Status);
        Assert.Equal(idle + 2, upstream.RequestCount);
    }

    [Theory]
    [Trait("Case", "11.2.7")]
    [InlineData(10_000, 20)]
    [InlineData(1, 4_000_000)]
    public async Task Endless_upstream_head_is_502(int lines, int length)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, AllowPage);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Origin: {Page}"]);
        var exchange = await upstream.NextAsync();

        var sending = Record.ExceptionAsync(SendAsync);

        await ExpectProblemAsync(await client.ReadResponseAsync(), 502, upstream.Port);
        await sending;

        async Task SendAsync()
        {
            await exchange.SendRawAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
            for (var i = 0; i < lines; i++)
            {
                await exchange.SendRawAsync($"X-{i.ToString(CultureInfo.InvariantCulture)}: {new string('x', length)}{(lines > 1 ? "\r\n" : "")}");
            }
        }
    }

    [Fact]
    [Trait("Case", "8.3.1")]
    public async Task Path_without_a_route_is_404_that_pages_may_read()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(GatewayUnderTest.Route("only", "/only/{**rest}", upstream.Url), AllowPage);

        using var response = await gateway.OpenAsync("/other/%3Cscript%3E", $"Origin: {Page}");

        Assert.Equal((404, Page), (response.Status, response.Head.Value("Access-Control-Allow-Origin")));
        Assert.DoesNotContain("<script>", await response.ReadTextAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, upstream.RequestCount);
    }

    private static async Task ExpectProblemAsync(RawResponse response, int status, int upstreamPort)
    {
        Assert.Equal((status, "application/problem+json", Page),
            (response.Status, response.Head.Value("Content-Type")?.Split(';')[0], response.Head.Value("Access-Control-Allow-Origin")));
        Assert.Contains("Origin", response.Head.Members("Vary"));
        Assert.InRange(int.Parse(response.Head.Value("Retry-After")!, CultureInfo.InvariantCulture), 5, 10);
        var text = await response.ReadTextAsync();
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        foreach (var secret in new[] { upstreamPort.ToString(CultureInfo.InvariantCulture), "Exception", "refused", "System.", " at ", "<script>" })
        {
            Assert.DoesNotContain(secret, text + response.Head.Raw, StringComparison.OrdinalIgnoreCase);
        }
    }
}
