#!/usr/bin/env bash
# YARP passes the path `/rooms/a%2Fb` on as `/rooms/a%252Fb`: a name with a slash, escaped as it should be, arrives as another name.
#
# Seen with Yarp.ReverseProxy 2.3.0 on ASP.NET Core 10.0.12. The server takes all escapes of a path apart but that of the slash, so that the path stays cut
# where it was; YARP then escapes what it has, the percent sign that was left included. All other escapes come out as they went in, and so does the query.
# Why it matters: rooms, topics and sessions whose names are made by others (`team/general`, a URL, base64) work straight and are 404, or a room of that other name in
# which nobody speaks, behind the proxy; an event stream of the wrong room is open and silent, and no error anywhere.
# Instead: such names in the query, or without slashes; or a transform that takes the target as it came, as below.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >run.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy@2.3.0
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

await using var origin = Start(_ => { });
origin.Run(context => context.Response.WriteAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget));
await origin.StartAsync();
await using var proxy = await StartProxyAsync(_ => { });
await using var raw = await StartProxyAsync(transforms => transforms.AddRequestTransform(transform =>
{
    transform.ProxyRequest.RequestUri = new Uri(transform.DestinationPrefix.TrimEnd('/') + transform.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget);
    return default;
}));
Console.WriteLine($"ASP.NET Core {Environment.Version}, YARP {typeof(RouteConfig).Assembly.GetName().Version!.ToString(3)}");
foreach (var target in new[] { "/rooms/caf%C3%A9", "/rooms/a%20b", "/rooms/a%2Fb", "/rooms/a?next=%2F", "/rooms/100%25" })
{
    Console.WriteLine($"{target}: straight {await AskAsync(origin, target)}, through YARP {await AskAsync(proxy, target)}, as it came {await AskAsync(raw, target)}");
}
Environment.Exit(0);

async Task<WebApplication> StartProxyAsync(Action<TransformBuilderContext> transforms)
{
    var proxy = Start(services => services.AddReverseProxy().AddTransforms(transforms).LoadFromMemory(
        [new RouteConfig { RouteId = "all", ClusterId = "origin", Match = new RouteMatch { Path = "/{**rest}" } }],
        [new ClusterConfig { ClusterId = "origin", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = origin.Urls.First() } } }]));
    proxy.MapReverseProxy();
    await proxy.StartAsync();
    return proxy;
}

static WebApplication Start(Action<IServiceCollection> add)
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    add(builder.Services);
    return builder.Build();
}

static async Task<string> AskAsync(WebApplication server, string target)
{
    using var client = new TcpClient("127.0.0.1", new Uri(server.Urls.First()).Port);
    var stream = client.GetStream();
    await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"));
    var answer = await new StreamReader(stream).ReadToEndAsync();
    return answer.Split("\r\n\r\n", 2)[1].Trim();
}
CS
out=$(timeout 180 dotnet run run.cs) || { echo "$out"; echo "did not build and run here: .NET 10 and the pinned package are needed"; exit 3; }
head -n 1 <<<"$out"
seen=$(tail -n +2 <<<"$out")
expected='/rooms/caf%C3%A9: straight /rooms/caf%C3%A9, through YARP /rooms/caf%C3%A9, as it came /rooms/caf%C3%A9
/rooms/a%20b: straight /rooms/a%20b, through YARP /rooms/a%20b, as it came /rooms/a%20b
/rooms/a%2Fb: straight /rooms/a%2Fb, through YARP /rooms/a%252Fb, as it came /rooms/a%2Fb
/rooms/a?next=%2F: straight /rooms/a?next=%2F, through YARP /rooms/a?next=%2F, as it came /rooms/a?next=%2F
/rooms/100%25: straight /rooms/100%25, through YARP /rooms/100%25, as it came /rooms/100%25'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
