using System.Collections.Concurrent;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Tests.Transport.Upstream;

/// <summary>No timer for each stream, and no answer without a limit.</summary>
public sealed class UntimedStreamsTests
{
    private const string Stream = "Accept: text/event-stream";

    [Theory]
    [InlineData("GET", Stream, -0.001)]
    [InlineData("GET", "Accept: */*", 100)]
    [InlineData("GET", "Accept: */*", -0.001, "SseGateway:Streams=Always")]
    [InlineData("POST", Stream, 601)]
    [InlineData("POST", "Accept: application/json", 601)]
    [InlineData("POST", Stream, 100, "SseGateway:Timeouts:Head=7s")]
    [InlineData("POST", Stream, 201, "SseGateway:Timeouts:Head=200s")]
    [InlineData("POST", Stream, 7, "ReverseProxy:Clusters:upstream:HttpRequest:ActivityTimeout=00:00:07")]
    [InlineData("GET", Stream, 7, "ReverseProxy:Clusters:upstream:HttpRequest:ActivityTimeout=00:00:07")]
    public async Task Streams_are_forwarded_without_an_activity_timeout_and_requests_with_a_body_with_a_longer_one(
        string method, string accept, double seconds, params string[] settings)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        var seen = new SeenTimeouts();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.AddSingleton<ITransformProvider>(seen), settings);

        using var answer = await gateway.SendAsync(method, "/events", [accept]);

        Assert.Equal("ok", await answer.ReadTextAsync());
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(seen.Timeouts));
    }

    [Fact]
    public async Task Ordinary_answer_to_an_announced_stream_ends_when_it_stands_still()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time);
        using var client = await gateway.BeginAsync("GET", "/events", [Stream]);
        var exchange = await upstream.NextAsync();
        await exchange.SendHeadAsync(200, "Content-Type: application/json", "Content-Length: 30");
        await exchange.SendRawAsync("01234");
        using var response = await client.ReadResponseAsync();
        Assert.Equal("30", response.Head.Value("Content-Length"));
        await response.ExpectAsync("01234");

        // Slow is not still.
        for (var part = 0; part < 3; part++)
        {
            time.Advance(TimeSpan.FromSeconds(60));
            await exchange.SendRawAsync("56789");
            await response.ExpectAsync("56789");
        }

        var closed = exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return closed.IsCompleted;
        });
        await response.ExpectAbortAsync("");
    }

    private sealed class SeenTimeouts : ITransformProvider
    {
        public ConcurrentQueue<TimeSpan?> Timeouts { get; } = new();

        public void Apply(TransformBuilderContext context) => context.AddRequestTransform(transform =>
        {
            Timeouts.Enqueue(transform.HttpContext.GetReverseProxyFeature().Cluster.Config.HttpRequest?.ActivityTimeout);
            return default;
        });

        public void ValidateRoute(TransformRouteValidationContext context)
        {
        }

        public void ValidateCluster(TransformClusterValidationContext context)
        {
        }
    }
}
