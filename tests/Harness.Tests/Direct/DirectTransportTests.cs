using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Serve;
using Xunit;

namespace Harness.Tests.Direct;

/// <summary>What is asked of a server over TLS and HTTP/2, without a proxy before it.</summary>
public sealed class DirectTransportTests
{
    private static readonly string[] Asked = ["12.1.6", "12.1.7"];

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "12.1.6")]
    public async Task A_server_is_asked_over_TLS_and_HTTP_2_and_one_whose_streams_end_there_fails(bool endsOverHttp2, string failing)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = Server(endsOverHttp2);
        await server.StartAsync(cancellation);
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"{server.Urls.First()}/events"), cancellation) with { IsServer = true };
        var cases = CheckCase.All.Where(check => Asked.Contains(check.Row.Id)).ToArray();

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check").RunAsync(cases, cancellation);

        Assert.Equal(2, results.Count);
        var failed = results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error or Verdict.Skipped);
        Assert.Equal(failing, string.Join(' ', failed.Select(result => result.Id)));
        Assert.Contains(
            "on one HTTP/2 connection: 100 streams at a time; another request passes beside them", results.Single(result => result.Id == "12.1.7").Actual, StringComparison.Ordinal);
    }

    private static WebApplication Server(bool endsOverHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(SelfSignedCertificate.Create());
        }));
        var app = builder.Build();
        app.MapGet("/events", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (!(endsOverHttp2 && context.Request.Protocol == "HTTP/2"))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        return app;
    }
}
