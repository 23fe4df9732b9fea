using System.Collections.Concurrent;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Hosting;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Hosting;

/// <summary>The streams that the program opens for itself before it listens.</summary>
public sealed class WarmUpTests
{
    [Theory]
    [InlineData(false, "HTTP/1.1")]
    [InlineData(true, "HTTP/1.1", "HTTP/2")]
    public async Task Streams_of_both_kinds_come_and_go_and_nothing_of_them_stays(bool tls, params string[] protocols)
    {
        using var log = new CapturedLog();
        var spoken = new ConcurrentDictionary<string, int>();
        StreamRegistry? streams = null;
        await WarmUp.RunAsync((line, configure) =>
        {
            var app = GatewayApp.Build(line, builder =>
            {
                configure(builder);
                builder.Logging.AddProvider(log);
            });
            streams = app.Services.GetRequiredService<StreamRegistry>();
            app.Use((context, next) =>
            {
                spoken.AddOrUpdate(context.Request.Protocol, 1, (_, count) => count + 1);
                return next();
            });
            return app;
        }, tls);

        foreach (var mode in new[] { "shared", "relay" })
        {
            // As often as it takes for the runtime to call something often: thirty times.
            Assert.True(log.Lines.Count(line => line.Contains("opened: ", StringComparison.Ordinal)
                && line.Contains($"mode {mode}", StringComparison.Ordinal)) > 30, mode);
        }
        Assert.Equal(0, streams!.Count);
        Assert.Equal(protocols, spoken.Keys.Order(StringComparer.Ordinal));
        Assert.All(spoken.Values, count => Assert.True(count > 30));
    }

    [Fact]
    public async Task Gateway_that_cannot_warm_up_starts_all_the_same()
    {
        var asked = false;
        await WarmUp.RunAsync((_, _) =>
        {
            asked = true;
            throw new IOException("no more handles");
        }, tls: true);
        Assert.True(asked);
    }

    [Fact]
    public async Task Program_that_has_warmed_up_serves_its_own_upstream_and_says_nothing_of_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = GatewayProcess.StartWith(
            new() { ["SseGateway__WarmUp"] = "true" }, "--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "off");
        using var client = await gateway.ConnectAsync();
        Assert.Single(gateway.Console.Split('\n'), line => line.Contains("listens on", StringComparison.Ordinal));
        Assert.DoesNotContain("opened: ", gateway.Console, StringComparison.Ordinal);
        Assert.Equal(0, upstream.RequestCount);
    }
}
