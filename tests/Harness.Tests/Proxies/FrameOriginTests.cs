using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>An origin over HTTP/2 whose frames are empty, padded and of one byte (2.1.17).</summary>
public sealed class FrameOriginTests
{
    [Theory]
    [InlineData(false, "Ok")]
    [InlineData(true, "Failed")]
    public async Task Whoever_makes_bytes_of_frames_fails_and_whoever_passes_their_data_on_does_not(bool makesBytes, string verdict)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var upstream = FreeEndPoint();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var proxy = builder.Build();
        proxy.Run(async context =>
        {
            await using var body = await client.GetStreamAsync($"http://{upstream}{context.Request.Path}", context.RequestAborted);
            context.Response.ContentType = "text/event-stream";
            if (makesBytes)
            {
                await context.Response.WriteAsync("data: 0\n\n", context.RequestAborted);
            }

            var buffer = new byte[1024];
            while (await body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            }
        });
        await proxy.StartAsync(cancellation);
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri(proxy.Urls.First()), cancellation);
        var profile = new TargetProfile { TenStreams = new OwnUpstream("/", upstream.ToString()) };

        var results = await new CheckRunner(target, origin, profile, seed: 1, parallel: 1, again: "check").RunAsync(
            [.. CheckCase.All.Where(check => check.Row.Id == "2.1.17")], cancellation);

        var result = Assert.Single(results);
        Assert.True(verdict == result.Verdict.ToString(), $"{result.Verdict}: {result.Actual}");
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
