using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>A client that is there and does not read: catalogue 10.1.6. On HTTP/2 see Http2/StalledStreamTests.</summary>
public sealed class SlowClientTests
{
    [Fact]
    [Trait("Case", "10.1.6")]
    public async Task Client_that_stops_reading_is_reset_at_the_write_deadline_and_its_upstream_is_held_back_and_then_let_go()
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0");
        var (time, exchange, response) = open;
        var stream = Assert.Single(time.Streams);
        time.Stalled.Add(stream);

        // A hundred megabytes are more than the kernel's buffers on the way take, and nobody else holds any: so it is never done with them.
        var pushing = Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            for (var i = 0; i < 1600; i++) await exchange.SendAsync(new byte[64 * 1024]);
        });
        await time.PassUntilAsync(() => stream.WriteWaiting >= TimeSpan.FromSeconds(9));
        Assert.Equal((StreamState.Open, false), (stream.State, pushing.IsCompleted));
        await time.PassUntilAsync(() => stream.State != StreamState.Open);

        await pushing;
        Assert.Equal(BodyEnding.Reset, (await response.ReadToEndAsync()).Ending);
        await time.AssertEndedAsync(CloseReason.Slow);
    }

    /// <summary>The deadline is of one write: who reads on gets the next one.</summary>
    [Fact]
    public async Task Client_that_reads_again_in_time_stays()
    {
        await using var open = await SweptStream.OpenAsync("SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0");
        var (time, exchange, response) = open;
        var stream = Assert.Single(time.Streams);
        time.Stalled.Add(stream);
        const int Lines = 400;
        var line = ":" + new string('x', 64 * 1024) + "\n";

        var pushing = PushAsync();
        await time.PassUntilAsync(() => stream.WriteWaiting >= TimeSpan.FromSeconds(8));
        var (body, ending) = await response.ReadToEndAsync();
        await pushing;

        Assert.Equal((Lines * line.Length, BodyEnding.Clean), (body.Length, ending));
        await time.AssertEndedAsync(CloseReason.UpstreamEnded);

        async Task PushAsync()
        {
            for (var i = 0; i < Lines; i++) await exchange.SendAsync(line);
            await exchange.EndAsync();
        }
    }

    /// <summary>
    /// While the stream lives its own deadline holds. What comes after it is the server's: the end of the chunks, on which a client that does
    /// not read could keep the connection for ever.
    /// </summary>
    [Fact]
    public async Task Server_has_its_own_deadline_back_when_the_stream_is_over()
    {
        var (during, after) = (new TaskCompletionSource<MinDataRate?>(), new TaskCompletionSource<MinDataRate?>());
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.AddSingleton<IStartupFilter>(new Watch(during, after)));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        await exchange.EndAsync();
        await response.ExpectEndAsync("", BodyEnding.Clean);

        Assert.Null(await Deadline.ForAsync(during.Task));
        Assert.NotNull(await Deadline.ForAsync(after.Task));
    }

    private sealed class Watch(TaskCompletionSource<MinDataRate?> during, TaskCompletionSource<MinDataRate?> after) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, then) =>
            {
                var rate = context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>();
                context.Response.OnStarting(() =>
                {
                    during.SetResult(rate.MinDataRate);
                    return Task.CompletedTask;
                });
                await then(context);
                after.SetResult(rate.MinDataRate);
            });
            next(app);
        };
    }
}
