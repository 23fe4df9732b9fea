using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Harness.Client.Frames;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Budgets;

/// <summary>Connections when nearly all files are taken, or when the server has a limit of its own.</summary>
public sealed class ScarceFilesTests
{
    /// <summary>A client of HTTP/2 keeps its connection after a refusal, and with it a file that others wait for.</summary>
    [Fact]
    public async Task An_http2_connection_on_which_nothing_else_is_under_way_is_let_go()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var busy = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        await busy.GetAsync(1, "/events");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Any(stream => stream.State == StreamState.Open));
        await TakeAllAsync(gateway);

        using var idle = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        await idle.SendAsync(RawHttp2Client.Headers(1, "GET", "/events", endStream: true, ("accept", "text/event-stream")));
        Assert.NotNull(await idle.ReadToAsync(frame => frame.Type == Http2FrameType.GoAway));
        Assert.Null(await idle.ReadToAsync(_ => false));

        await busy.SendAsync(RawHttp2Client.Headers(3, "GET", "/events", endStream: true, ("accept", "text/event-stream")));
        await exchange.SendAsync("data: a\n\n");
        var seen = new List<Http2Frame>();
        while (seen.Count(frame => frame.Type == Http2FrameType.Headers) < 2 || !seen.Exists(frame => frame is { Stream: 1, Type: Http2FrameType.Data }))
        {
            seen.Add((await busy.ReadAsync())!);
        }

        Assert.DoesNotContain(seen, frame => frame.Type == Http2FrameType.GoAway);
    }

    [Fact]
    public async Task Connections_that_the_servers_own_limit_turns_away_give_their_files_back()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxConcurrentConnections = 1));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        for (var i = 0; i < 20; i++)
        {
            using var turnedAway = await RawClient.ConnectAsync(gateway.EndPoint);
            await turnedAway.SendWhatIsTakenAsync("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Null(await turnedAway.TryReadResponseAsync());
        }

        // The client's and the upstream's.
        await Deadline.UntilAsync(() => gateway.Services.GetRequiredService<FileBudget>().Connections == 2);
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
        response.Dispose();
    }

    private static async Task TakeAllAsync(GatewayUnderTest gateway)
    {
        var files = gateway.Services.GetRequiredService<FileBudget>();
        while (!files.Scarce)
        {
            Assert.True(await files.TryAcceptAsync(TestContext.Current.CancellationToken));
        }
    }
}
