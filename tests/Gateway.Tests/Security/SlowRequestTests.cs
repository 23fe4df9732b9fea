using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Requests that take for ever to be sent: catalogue 11.2.9, 11.2.10.</summary>
public sealed class SlowRequestTests
{
    [Fact]
    [Trait("Case", "11.2.9")]
    public async Task Head_and_body_have_less_than_forty_seconds()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var limits = gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        // Kestrel looks once a second.
        Assert.InRange(limits.RequestHeadersTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(38));
        Assert.InRange(limits.MinRequestBodyDataRate!.GracePeriod, TimeSpan.Zero, TimeSpan.FromSeconds(38));
        Assert.True(limits.MinRequestBodyDataRate.BytesPerSecond > 1);
    }

    // The limits are Kestrel's, on a clock of its own: shortened here, to see that they hold on the gateway's endpoints.
    [Fact]
    [Trait("Case", "11.2.9")]
    public async Task Head_that_comes_byte_by_byte_is_cut_off()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.PostConfigure<KestrelServerOptions>(
            kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)));
        using var slow = await gateway.ConnectAsync();
        await slow.SendAsync($"GET /slow HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nX-Slow: ");

        var status = await TrickleAsync(gateway, slow);

        Assert.True(status is null or 408, $"{status}");
    }

    [Fact]
    [Trait("Case", "11.2.9")]
    public async Task Body_that_comes_byte_by_byte_is_cut_off_and_never_whole_at_the_upstream()
    {
        await using var upstream = ScriptedUpstream.Start();
        var ending = new TaskCompletionSource<BodyEnding>(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Serve(async exchange =>
        {
            if (exchange.Request.Target == "/slow") ending.SetResult((await exchange.ReadBodyToEndAsync()).Ending);
            else await exchange.AnswerAsync(200, "text/plain", "ok");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.PostConfigure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1_000_000, gracePeriod: TimeSpan.FromSeconds(1.1))));
        using var slow = await gateway.ConnectAsync();
        await slow.SendAsync(gateway.Head("POST", "/slow", "Content-Length: 1000000"));

        var status = await TrickleAsync(gateway, slow);

        Assert.True(status is null or 400 or 408, $"{status}");
        Assert.NotEqual(BodyEnding.Clean, await Deadline.ForAsync(ending.Task));
    }

    [Fact]
    [Trait("Case", "11.2.10")]
    public async Task Two_hundred_slow_requests_do_not_hold_up_a_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var stream = response;
        var slow = new List<RawClient>();
        for (var i = 0; i < 100; i++)
        {
            var head = await gateway.ConnectAsync();
            await head.SendAsync($"GET /slow HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nX-Slow: ");
            var body = await gateway.ConnectAsync();
            await body.SendAsync(gateway.Head("POST", "/slow", "Content-Length: 1000000"));
            slow.AddRange([head, body]);
        }

        for (var i = 0; i < 20; i++)
        {
            foreach (var client in slow) await client.SendAsync("x");
            var text = $"data: {i}\n\n";
            await exchange.SendAsync(text);
            await response.ExpectAsync(text);
        }

        slow.ForEach(client => client.Reset());
    }

    /// <summary>
    /// Sends byte after byte, at the pace of other clients' requests, which go on being served, until the gateway has had enough.
    /// </summary>
    /// <returns>The status it answers before it closes; null when it just closes.</returns>
    private static async Task<int?> TrickleAsync(GatewayUnderTest gateway, RawClient slow)
    {
        var answering = slow.TryReadResponseAsync();
        await Deadline.UntilAsync(
            async () =>
            {
                using var other = await gateway.SendAsync("GET", "/other");
                Assert.Equal("ok", await other.ReadTextAsync());
                await slow.SendWhatIsTakenAsync("x");
                return answering.IsCompleted;
            },
            "the slow request to be cut off");
        return (await answering)?.Status;
    }
}
