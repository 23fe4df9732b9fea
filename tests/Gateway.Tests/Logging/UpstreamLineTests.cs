using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Logging;

/// <summary>A line about an upstream says where the request went, and what the cause was.</summary>
public sealed class UpstreamLineTests
{
    private const string Place = "route events, cluster events, destination 0, GET /events/7: ";

    [Fact]
    public async Task A_late_head_is_called_one()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream.Url, "SseGateway:Timeouts:Head=00:00:00.3");

        using var client = await gateway.OpenAsync("/events/7?token=S3cret");

        Assert.Equal(504, client.Status);
        await ExpectAsync(gateway, Place + "No response head within 0.3 s.");
    }

    [Fact]
    public async Task A_service_that_is_down_is_named()
    {
        using var port = new ClosedPort();
        await using var gateway = await StartAsync(port.Url);

        using var program = await gateway.OpenAsync("/events/7?token=S3cret");
        using var browser = await gateway.OpenAsBrowserAsync("/events/7?token=S3cret");

        Assert.Equal((502, 200), (program.Status, browser.Status));
        await ExpectAsync(gateway, $"{Place}Connection refused (127.0.0.1:{port.Number})", count: 2);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_made_in_time_is_called_one()
    {
        using var full = new FullListener();
        await using var gateway = await StartAsync($"http://127.0.0.1:{full.Port}", "SseGateway:Timeouts:Connect=00:00:00.2");

        using var client = await gateway.OpenAsync("/events/7");

        Assert.Contains("ConnectTimeout", await ExpectAsync(gateway, Place), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task An_upstream_that_says_so_itself_is_named_also_when_its_client_is_told_in_band(int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(status, "text/plain", "away"));
        await using var gateway = await StartAsync(upstream.Url);

        using var program = await gateway.OpenAsync("/events/7?token=S3cret");
        using var browser = await gateway.OpenAsBrowserAsync("/events/7?token=S3cret");

        Assert.Equal((status, 200), (program.Status, browser.Status));
        await ExpectAsync(gateway, $"[104] An upstream answered {status}, route events, cluster events, destination 0, GET /events/7", count: 2);
    }

    [Fact]
    public async Task Another_destination_is_tried_of_a_cluster_with_a_name()
    {
        using var first = new ClosedPort();
        using var last = new ClosedPort();
        await using var gateway = await StartAsync([first.Url, last.Url]);

        using var client = await gateway.OpenAsync("/events/7");

        await ExpectAsync(gateway, " of cluster events, route events: Connection refused");
    }

    [Theory]
    [InlineData("HTTP/1.1 20x \u001b[31mOK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon \u001b[2J\u009b here\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: \u0007\u001b7\r\n\r\n")]
    [InlineData("SSH-2.0-\u001b]0;owned\u0007\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\u001b\r\n\r\n\u001b[2J\r\n")]
    public async Task Bytes_that_an_upstream_has_chosen_command_no_terminal(string bytes)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.SendRawAsync(bytes);
            exchange.Cut();
        });
        await using var relay = await StartAsync(upstream.Url);
        await using var shared = await StartAsync(upstream.Url, Share.With());

        foreach (var gateway in new[] { relay, shared })
        {
            using var client = await gateway.OpenAsync("/events/7");
            await client.ReadToEndAsync();
            Assert.DoesNotContain(Own(gateway), line => line.Any(c => char.IsControl(c) || c is '\u009b'));
        }
    }

    [Fact]
    public async Task An_attempt_at_a_shared_stream_says_where()
    {
        var port = new ClosedPort();
        await using var gateway = await StartAsync(port.Url, Share.With());

        using var client = await gateway.OpenAsync("/events/7?token=S3cret");
        port.Dispose();

        Assert.Equal(502, client.Status);
        await ExpectAsync(gateway, "route events, cluster events, destination -, GET /events/7: Connection refused");
    }

    [Fact]
    public async Task A_shared_stream_that_was_silent_for_too_long_is_lost_by_that()
    {
        var clock = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, clock, [.. Share.With(), "SseGateway:Timeouts:Idle=30s"]);
        using var time = await SweptTime.StartAsync(gateway, clock);
        var (_, client) = await gateway.OpenStreamAsync(upstream, "/events/7?a=1");
        using var open = client;

        await time.PassUntilAsync(() => Own(gateway).Any(line => line.Contains("[160]", StringComparison.Ordinal)));

        Assert.Contains("route upstream, cluster upstream, destination 0, path /events/7: nothing came for 30 s",
            Assert.Single(Own(gateway), line => line.Contains("[160]", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(string url, params string[] settings) => StartAsync([url], settings);

    private static Task<GatewayUnderTest> StartAsync(string[] urls, params string[] settings) =>
        GatewayUnderTest.StartWithRoutesAsync(GatewayUnderTest.Route("events", "/events/{**rest}", urls), settings);

    // A line may come behind the answer.
    private static async Task<string> ExpectAsync(GatewayUnderTest gateway, string text, int count = 1)
    {
        await Deadline.UntilAsync(() => Lines().Length == count, text);
        Assert.DoesNotContain(Own(gateway), line => line.Contains("S3cret", StringComparison.Ordinal));
        return Lines()[0];

        string[] Lines() => Own(gateway)
            .Where(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)).ToArray();
    }

    private static IEnumerable<string> Own(GatewayUnderTest gateway) =>
        gateway.Log.Lines.Where(line => line.Contains(" SseGateway.", StringComparison.Ordinal));
}
