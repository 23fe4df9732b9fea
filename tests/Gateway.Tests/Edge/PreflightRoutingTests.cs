using System.Net;
using Gateway.Tests.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Edge;
using Xunit;

namespace Gateway.Tests.Edge;

/// <summary>Preflights find the route that the request they ask for would take, with YARP's own endpoints.</summary>
public sealed class PreflightRoutingTests
{
    private static readonly string[] Routes =
    [
        "ReverseProxy:Routes:read:ClusterId=c", "ReverseProxy:Routes:read:Match:Path=/x", "ReverseProxy:Routes:read:Match:Methods:0=GET",
        "ReverseProxy:Routes:write:ClusterId=c", "ReverseProxy:Routes:write:Match:Path=/x", "ReverseProxy:Routes:write:Match:Methods:0=POST",
        "ReverseProxy:Routes:theirs:ClusterId=c", "ReverseProxy:Routes:theirs:Match:Path=/theirs", "ReverseProxy:Routes:theirs:Match:Methods:0=GET",
        "ReverseProxy:Clusters:c:Destinations:d:Address=http://127.0.0.1:1",
        "SseGateway:Routes:read:Cors:Origins=https://read.example", "SseGateway:Routes:write:Cors:Origins=https://write.example",
    ];

    [Theory]
    [InlineData("GET", "https://read.example", 204, "https://read.example")]
    [InlineData("GET", "https://write.example", 204, null)]
    [InlineData("POST", "https://write.example", 204, "https://write.example")]
    [InlineData("POST", "https://read.example", 204, null)]
    [InlineData("DELETE", "https://read.example", 404, null)]
    public async Task The_requested_method_chooses_the_route(string method, string origin, int status, string? allowed)
    {
        await using var app = await StartAsync(Routes);
        using var answer = await SendAsync(app, "OPTIONS", "/x", $"Origin: {origin}", $"Access-Control-Request-Method: {method}");
        Assert.Equal((status, allowed), (answer.Status, answer.Head.Value("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Where_no_route_matches_the_defaults_answer()
    {
        await using var app = await StartAsync([.. Routes, "SseGateway:Cors:Origins=https://app.example"]);
        using var deletion = await SendAsync(app, "OPTIONS", "/x", "Origin: https://app.example", "Access-Control-Request-Method: DELETE");
        using var nowhere = await SendAsync(app, "OPTIONS", "/nowhere", "Origin: https://app.example", "Access-Control-Request-Method: GET");
        using var missing = await SendAsync(app, "GET", "/nowhere", "Origin: https://app.example");
        using var wrongMethod = await SendAsync(app, "DELETE", "/x", "Origin: https://app.example");
        Assert.Equal((204, 204, 404, 405), (deletion.Status, nowhere.Status, missing.Status, wrongMethod.Status));
        Assert.All([deletion, nowhere, missing, wrongMethod], answer => Assert.Equal("https://app.example", answer.Head.Value("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Without_own_cors_the_methods_of_a_route_stay_as_they_are()
    {
        await using var app = await StartAsync(Routes);
        using var answer = await SendAsync(app, "OPTIONS", "/theirs", "Origin: https://any.example", "Access-Control-Request-Method: GET");
        Assert.Equal(405, answer.Status);
    }

    private static async Task<WebApplication> StartAsync(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
        var errors = new StartupErrors();
        var gateway = GatewaySettings.Load(builder.Configuration, errors);
        errors.ThrowIfAny();
        builder.Services.AddGatewayEdge(gateway);
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        var app = builder.Build();
        app.UseRouting();
        app.UseGatewayEdge();
        app.MapReverseProxy().WithRouteSettings(app.Services.GetRequiredService<CurrentSettings>());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<RawResponse> SendAsync(WebApplication app, string method, string target, params string[] fields)
    {
        var address = new Uri(app.Urls.Single());
        var client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");
        return await client.ReadResponseAsync();
    }
}
