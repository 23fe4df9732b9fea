using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary>The program as its users meet it: command line, exit codes, what it prints, signals.</summary>
public sealed class StartTests
{
    private const string AnyPort = "http://127.0.0.1:0";

    [Fact]
    public async Task Every_wrong_setting_is_named_at_once_and_nothing_starts()
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(
            "--upstream", "not a url", "--urls", AnyPort, "--max-streams", "-1", "--jwt-key-file", "/nonexistent/key",
            "--SseGateway:Timeouts:Head=banana", "--SseGateway:Refusal=Sometimes", "--cors-origin", "*", "--cors-credentials");

        Assert.Equal(2, exitCode);
        foreach (var setting in new[] { "--upstream", "--max-streams", "--jwt-key-file", "Head", "Refusal", "--cors-origin" })
        {
            Assert.Single(
                errors.Split('\n'), line => line.Contains(setting, StringComparison.OrdinalIgnoreCase) && !line.Contains("  ", StringComparison.Ordinal));
        }
        Assert.DoesNotContain("listens on", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--upstream", "http://127.0.0.1:9", "--max-streems", "5")]
    [InlineData("--upstream", "http://127.0.0.1:9", "--SseGateway:Authentication:Mode=Required")]
    [InlineData("--upstream", "http://127.0.0.1:9", "--SseGateway:Limts:Streams=5")]
    [InlineData("--upstream", "http://127.0.0.1:9", "--config", "/nonexistent.json")]
    [InlineData(
        "--upstream", "http://127.0.0.1:9", "--Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:Tls:Certificate:Path=/nonexistent.pfx")]
    [InlineData]
    public async Task Wrong_command_line_exits_with_2_and_says_why(params string[] arguments)
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(["--urls", AnyPort, .. arguments]);

        Assert.Equal(2, exitCode);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_none_of_the_watchers_of_which_a_user_has_few()
    {
        await using var gateway = GatewayProcess.Start("--upstream", "http://127.0.0.1:9", "--urls", AnyPort, "--admin-url", "off");
        await gateway.AddressAsync();

        var files = Directory.EnumerateFileSystemEntries($"/proc/{gateway.Id}/fd").Select(file => new FileInfo(file).LinkTarget).ToArray();

        Assert.Contains(files, target => target?.StartsWith("socket:", StringComparison.Ordinal) == true);
        Assert.DoesNotContain("anon_inode:inotify", files);
    }

    [Theory]
    [InlineData("--urls", "https://127.0.0.1:0")]
    [InlineData("--Kestrel:Endpoints:a:Protocols=Http1")]
    [InlineData("--Kestrel:Endpoints:a:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:a:Certificate:Path=/")]
    public async Task What_only_the_server_can_tell_is_one_clear_line_too(params string[] arguments)
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(["--upstream", "http://127.0.0.1:9", .. arguments]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("sse-gateway: cannot start: ", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_urls_are_the_default_address()
    {
        await using var app = GatewayApp.Build(["--upstream", "http://127.0.0.1:9", "--urls", ""]);

        Assert.Equal("http://127.0.0.1:8080", app.Configuration["urls"]);
    }

    [Fact]
    public async Task Address_in_use_is_one_clear_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        var (exitCode, output, errors) = await GatewayProcess.RunAsync("--upstream", "http://127.0.0.1:9", "--urls", url);

        Assert.Equal(2, exitCode);
        Assert.Contains(other.LocalEndpoint.ToString()!, Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_flags_and_starts_nothing()
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync("--help");

        Assert.Equal((0, ""), (exitCode, errors));
        foreach (var flag in new[]
        {
            "--upstream", "--urls", "--config", "--cors-origin", "--jwt-key-file", "--jwt-issuer", "--jwt-audience", "--token-cookie",
            "--token-query", "--ticket-query", "--ticket-first-use", "--ticket-lease", "--max-streams", "--max-streams-per-address", "http://127.0.0.1:8080",
        })
        {
            Assert.Contains(flag, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_ends_live_streams_cleanly_and_the_process_with_0(string signal)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.Start("--upstream", upstream.Url, "--urls", AnyPort);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");

        await gateway.SignalAsync(signal);

        Assert.Equal(BodyEnding.Clean, (await response.ReadToEndAsync()).Ending);
        await exchange.WaitForPeerCloseAsync();
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task Stream_whose_upstream_has_not_answered_is_refused_when_the_gateway_goes_down()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.Start("--upstream", upstream.Url, "--urls", AnyPort);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
        var exchange = await upstream.NextAsync();

        await gateway.SignalAsync("TERM");

        // In-band, as for an EventSource: any status but 200 would end it for good.
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        var body = await response.ReadTextAsync();
        Assert.StartsWith("event: gateway.refused\nretry: ", body, StringComparison.Ordinal);
        Assert.Contains("{\"reason\":\"drained\"", body, StringComparison.Ordinal);
        await exchange.WaitForPeerCloseAsync();
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task Several_upstreams_are_balanced()
    {
        await using var one = ScriptedUpstream.Start();
        await using var two = ScriptedUpstream.Start();
        one.Serve(exchange => exchange.StartStreamAsync());
        two.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = GatewayProcess.Start("--upstream", one.Url, "--upstream", two.Url, "--urls", AnyPort);
        var clients = new List<RawClient>();

        for (var i = 0; i < 20; i++)
        {
            clients.Add(await gateway.ConnectAsync());
            await clients[^1].SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
            Assert.Equal(200, (await clients[^1].ReadResponseAsync()).Status);
        }

        // Streams stay, so their number is the load: neither upstream may have most of them.
        Assert.Equal(20, one.RequestCount + two.RequestCount);
        Assert.InRange(one.RequestCount, 5, 15);
        clients.ForEach(client => client.Dispose());
    }
}
