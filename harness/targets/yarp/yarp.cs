#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy
#:property PublishAot=false

// YARP as its documentation sets it up, without anything of this project's: 7014; HTTP/2 to clients by prior knowledge: 7114; to an origin that
// speaks HTTP/2: 7214. Start: dotnet run yarp.cs

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(7014);
    kestrel.ListenLocalhost(7114, listen => listen.Protocols = HttpProtocols.Http2);
    kestrel.ListenLocalhost(7214);
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [
        new RouteConfig { RouteId = "http2", ClusterId = "http2", Order = 0, Match = new RouteMatch { Path = "{**rest}", Hosts = ["*:7214"] } },
        new RouteConfig { RouteId = "http1", ClusterId = "http1", Order = 1, Match = new RouteMatch { Path = "{**rest}" } },
    ],
    [
        new ClusterConfig
        {
            ClusterId = "http1",
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = "http://127.0.0.1:7001" } },
        },
        new ClusterConfig
        {
            ClusterId = "http2",
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = "http://127.0.0.1:7002" } },
            HttpRequest = new ForwarderRequestConfig { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        },
    ]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();
