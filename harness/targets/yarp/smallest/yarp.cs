#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy
#:property PublishAot=false

// YARP as its documentation sets it up: arguments are PORT, TLSPORT and ORIGIN.

using Yarp.ReverseProxy.Configuration;

var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}", $"https://127.0.0.1:{args[1]}");
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "origin", Match = new RouteMatch { Path = "{**rest}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "origin",
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = $"http://{args[2]}" } },
        },
    ]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();
