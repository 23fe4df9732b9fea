using System.Globalization;
using System.Net;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SseGateway;
using SseGateway.Configuration;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Hosting;

/// <summary>AddSseGateway and MapSseGateway in an application that has endpoints of its own.</summary>
public sealed class HostApplicationTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_are_relayed_beside_an_endpoint_of_the_application()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream);
        var opening = host.Http.GetAsync("/events/1", HttpCompletionOption.ResponseHeadersRead, Test);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();

        using var stream = await opening;
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        Assert.Equal("hello", await host.Http.GetStringAsync("/own/hello", Test));
        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();
        Assert.Equal("data: a\n\n", await stream.Content.ReadAsStringAsync(Test));
    }

    [Fact]
    public async Task An_endpoint_of_the_application_keeps_its_own_CORS_and_its_own_errors()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream, "SseGateway:Cors:Origins=https://page.example");

        using var cors = await host.Http.GetAsync("/own/cors", Test);
        using var missing = await host.Http.GetAsync("/own/missing", Test);

        Assert.Equal(["https://own.example"], cors.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal((HttpStatusCode.NotFound, ""), (missing.StatusCode, await missing.Content.ReadAsStringAsync(Test)));
        Assert.False(missing.Headers.Contains("Vary"));
    }

    [Fact]
    public async Task A_transport_of_the_applications_stays_and_its_connections_count()
    {
        await using var upstream = ScriptedUpstream.Start();
        var transport = new OwnTransport();
        await using var host = await HostApplication.StartAsync(upstream, services => services.AddSingleton<IConnectionListenerFactory>(transport));

        Assert.Equal("hello", await host.Http.GetStringAsync("/own/hello", Test));
        Assert.Equal(1, transport.Bound);
        Assert.Equal(1, host.Services.GetRequiredService<FileBudget>().Connections);
    }

    [Fact]
    public async Task What_no_endpoint_answers_is_the_gateways_404_with_its_CORS()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream, "SseGateway:Cors:Origins=https://page.example");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere") { Headers = { { "Origin", "https://page.example" } } };

        using var response = await host.Http.SendAsync(request, Test);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["https://page.example"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Bodies_are_unlimited_on_the_gateways_routes_only()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream);
        var limit = new KestrelServerLimits().MaxRequestBodySize!.Value;

        using var own = await host.Http.PostAsync("/own/limit", new StringContent("x"), Test);
        Assert.Equal(limit.ToString(CultureInfo.InvariantCulture), await own.Content.ReadAsStringAsync(Test));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/upload") { Content = new StreamContent(new MemoryStream(new byte[limit + 1])) };
        var answering = host.Http.SendAsync(request, Test);
        var exchange = await upstream.NextAsync();
        Assert.Equal(limit + 1, (await exchange.ReadBodyToEndAsync()).Body.Length);
        await exchange.AnswerAsync(200, "text/plain", "taken");
        using var response = await answering;
        Assert.Equal("taken", await response.Content.ReadAsStringAsync(Test));
    }

    [Fact]
    public async Task A_token_in_a_query_is_logged_nowhere_in_the_application()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream);

        using var own = await host.Http.GetAsync("/own/hello?access_token=S3cret", Test);
        using var lost = await host.Http.GetAsync("/nowhere?access_token=S3cret", Test);

        await Deadline.UntilAsync(() => host.Log.Lines.Any(line => line.Contains("/nowhere", StringComparison.Ordinal)), "the log line");
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("S3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_that_goes_down_refuses_new_streams_in_a_way_their_clients_survive()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var host = await HostApplication.StartAsync(upstream);
        host.Services.GetRequiredService<StreamRegistry>().Drain();

        using var program = await OpenAsync(cacheControl: null);
        using var browser = await OpenAsync("no-cache");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, program.StatusCode);
        Assert.NotNull(program.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, browser.StatusCode);
        Assert.Contains("event: gateway.refused", await browser.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
        Assert.Equal(0, upstream.RequestCount);

        async Task<HttpResponseMessage> OpenAsync(string? cacheControl)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/events/1") { Headers = { { "Accept", "text/event-stream" } } };
            request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
            return await host.Http.SendAsync(request, Test);
        }
    }

    [Fact]
    public void Wrong_settings_are_all_named_before_anything_is_built()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("SseGateway:Limits:Streams", "many"),
            new("SseGateway:Timeouts:Head", "soon"),
        ]);

        var wrong = Assert.Throws<StartupErrorsException>(() => builder.AddSseGateway());

        Assert.Equal(2, wrong.Errors.Count);
        Assert.All(wrong.Errors, error => Assert.Contains(error, wrong.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_routes_are_all_named_before_anything_is_mapped()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("ReverseProxy:Routes:events:ClusterId", "none"),
            new("ReverseProxy:Routes:events:Match:Path", "{"),
        ]);
        builder.AddSseGateway();
        using var app = (IDisposable)builder.Build();

        var wrong = Assert.Throws<StartupErrorsException>(() => ((WebApplication)app).MapSseGateway());

        Assert.Equal(["ReverseProxy:Routes:events", "ReverseProxy:Routes:events:ClusterId"], wrong.Errors.Select(error => error.Split(": ")[0]));
    }
}
