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
        var results = await AskAsync(HttpProtocols.Http1AndHttp2, endsOverHttp2);

        Assert.Equal(failing, Failing(results));
        Assert.Contains(
            "on one HTTP/2 connection: 100 streams at a time; another request passes beside them", Actual(results, "12.1.7"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_chooses_HTTP_1_and_answers_no_HEAD_is_accused_of_neither()
    {
        var results = await AskAsync(HttpProtocols.Http1, endsOverHttp2: false);

        Assert.Equal("", Failing(results));
        Assert.Contains("does not take HTTP/2", Actual(results, "12.1.6"), StringComparison.Ordinal);
        Assert.Equal("in all: 200 streams and more; another request passes beside them", Actual(results, "12.1.7"));
    }

    private static string Failing(IReadOnlyList<CaseResult> results) =>
        string.Join(' ', results.Where(result => result.Verdict is Verdict.Failed or Verdict.Error or Verdict.Skipped).Select(result => result.Id));

    private static string Actual(IReadOnlyList<CaseResult> results, string id) => results.Single(result => result.Id == id).Actual;

    private static async Task<IReadOnlyList<CaseResult>> AskAsync(HttpProtocols protocols, bool endsOverHttp2)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = Server(protocols, endsOverHttp2);
        await server.StartAsync(cancellation);
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var target = await TargetAddress.ResolveAsync(new Uri($"{server.Urls.First()}/events"), cancellation) with { IsServer = true };
        var cases = CheckCase.All.Where(check => Asked.Contains(check.Row.Id)).ToArray();

        var results = await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 4, again: "check").RunAsync(cases, cancellation);

        Assert.Equal(2, results.Count);
        return results;
    }

    private static WebApplication Server(HttpProtocols protocols, bool endsOverHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(SelfSignedCertificate.Create());
        }));
        var app = builder.Build();
        app.MapMethods("/events", ["HEAD"], async (HttpContext context) => await WaitAsync(context));
        app.MapGet("/events", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (!(endsOverHttp2 && context.Request.Protocol == "HTTP/2"))
            {
                await WaitAsync(context);
            }
        });
        return app;
    }

    private static async Task WaitAsync(HttpContext context) =>
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
