#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy
#:property PublishAot=false

// YARP, without anything of this project's, as well as it can be set up for event streams: arguments are PORT, TLSPORT and ORIGIN.

using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

var (port, tlsPort, origin) = (int.Parse(args[0]), int.Parse(args[1]), args[2]);

// A silent stream lives for 100 s otherwise.
var patient = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromHours(1) };
var http2 = patient with { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(port);
    kestrel.ListenLocalhost(tlsPort, listen => listen.UseHttps());
    // 100 streams on an HTTP/2 connection otherwise.
    kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [
        .. from name in (string[])["refused", "notls", "unknown"] select Route(name),
        .. from name in (string[])["two", "tls", "ten", "http2"] select Route(
            name) with { Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = $"/{name}" }] },
        new RouteConfig { RouteId = "streams", ClusterId = "http1", Order = 1, Match = new RouteMatch { Path = "/r/{**rest}" } },
        new RouteConfig { RouteId = "open", ClusterId = "http1", Order = 1, Match = new RouteMatch { Path = "/sse/{**rest}" } },
    ],
    [
        Cluster("http1", $"http://{origin}"),
        Cluster("http2", "http://127.0.0.1:7002") with { HttpRequest = http2 },
        Cluster("refused", "http://127.0.0.1:7009"),
        Cluster("notls", $"https://{origin}"),
        Cluster("unknown", "http://nosuch.invalid"),
        Cluster("two", $"http://{origin}", $"http://localhost:{origin.Split(':')[1]}"),
        Cluster("tls", "https://127.0.0.1:7004") with { HttpClient = new HttpClientConfig { DangerousAcceptAnyServerCertificate = true } },
        Cluster("ten", "http://127.0.0.1:7003") with { HttpRequest = http2 },
    ])

    // The head waits for the first byte of the body otherwise.
    .AddTransforms(route => route.AddResponseTransform(async answer =>
    {
        if (answer.ProxyResponse is not null)
        {
            await answer.HttpContext.Response.StartAsync();
            await answer.HttpContext.Response.BodyWriter.FlushAsync();
        }
    }));
var app = builder.Build();
app.MapReverseProxy();
app.Run();

static RouteConfig Route(string name) => new() { RouteId = name, ClusterId = name, Order = 1, Match = new RouteMatch { Path = $"/{name}/{{**rest}}" } };

ClusterConfig Cluster(string name, params string[] addresses) => new()
{
    ClusterId = name,
    HttpRequest = patient,
    Destinations = addresses.ToDictionary(address => address, address => new DestinationConfig { Address = address }),
};
