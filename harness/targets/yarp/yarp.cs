#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy
#:property PublishAot=false

// YARP as its documentation sets it up, without anything of this project's: 7014; HTTP/2 to clients by prior knowledge: 7114; to an origin that
// speaks HTTP/2: 7214; both: 7314. Start: dotnet run yarp.cs. Nobody listens on 7009.

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

var http2 = new ForwarderRequestConfig { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(7014);
    kestrel.ListenLocalhost(7114, listen => listen.Protocols = HttpProtocols.Http2);
    kestrel.ListenLocalhost(7214);
    kestrel.ListenLocalhost(7314, listen => listen.Protocols = HttpProtocols.Http2);
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [
        new RouteConfig { RouteId = "to-http2", ClusterId = "http2", Order = 0, Match = new RouteMatch { Path = "{**rest}", Hosts = ["*:7214", "*:7314"] } },
        .. from name in (string[])["refused", "notls", "unknown"] select Route(name),
        .. from name in (string[])["two", "tls", "ten"] select Route(
            name) with { Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = $"/{name}" }] },
        new RouteConfig { RouteId = "streams", ClusterId = "http1", Order = 1, Match = new RouteMatch { Path = "/r/{**rest}" } },
        new RouteConfig { RouteId = "open", ClusterId = "http1", Order = 1, Match = new RouteMatch { Path = "/sse/{**rest}" } },
    ],
    [
        Cluster("http1", "http://127.0.0.1:7001"),
        Cluster("http2", "http://127.0.0.1:7002") with { HttpRequest = http2 },
        Cluster("refused", "http://127.0.0.1:7009"),
        Cluster("notls", "https://127.0.0.1:7001"),
        Cluster("unknown", "http://nosuch.invalid"),
        Cluster("two", "http://127.0.0.1:7001", "http://localhost:7001"),
        Cluster("tls", "https://127.0.0.1:7004") with { HttpClient = new HttpClientConfig { DangerousAcceptAnyServerCertificate = true } },
        Cluster("ten", "http://127.0.0.1:7003") with { HttpRequest = http2 },
    ]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();

static RouteConfig Route(string name) => new() { RouteId = name, ClusterId = name, Order = 1, Match = new RouteMatch { Path = $"/{name}/{{**rest}}" } };

static ClusterConfig Cluster(string name, params string[] addresses) => new()
{
    ClusterId = name,
    Destinations = addresses.ToDictionary(address => address, address => new DestinationConfig { Address = address }),
};
