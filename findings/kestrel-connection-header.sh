#!/usr/bin/env bash
# Kestrel may close a connection without having said so, and may keep one open after having said `close`, when an answer has a
# Connection header of its own.
#
# Seen with ASP.NET Core 10.0.12 over HTTP/1.1. An application (or a proxy that copies an origin's header) that answers with
#   Connection: X-Trace              gets a connection that is closed behind the answer, with no `close` in it;
#   Connection: keep-alive, X-Trace  gets `Connection: keep-alive`: the name of the hop-by-hop field is gone, the field stays;
#   two lines, keep-alive and close  gets both lines on the wire and a connection that stays open.
# Why it matters: event-stream origins set `Connection: keep-alive` by custom, often with more in it. A client that believes the
# first answer sends its next request into a closing connection, where a request fails (or is sent twice) only now and then.
# Instead: never set Connection on Kestrel and take it out of what an origin sent; to close, set exactly `Connection: close`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >run.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Net.Sockets;
using System.Text;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
var app = builder.Build();
string[] connection = [];
app.MapGet("/", (HttpContext context) => { context.Response.Headers.Connection = connection; return "x"; });
await app.StartAsync();
Console.WriteLine($"ASP.NET Core {Environment.Version}");
foreach (string[] lines in new string[][] { [], ["close"], ["X-Trace"], ["keep-alive, X-Trace"], ["keep-alive", "close"] })
{
    connection = lines;
    using var client = new TcpClient("127.0.0.1", new Uri(app.Urls.First()).Port);
    await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
    var text = new StringBuilder();
    var buffer = new byte[4096];
    string end = "open 2 s later";
    using var patience = new CancellationTokenSource(2000);
    try
    {
        int count;
        while ((count = await client.GetStream().ReadAsync(buffer, patience.Token)) > 0) text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        end = "closed";
    }
    catch (OperationCanceledException) { }
    var sent = text.ToString().Split("\r\n").Where(line => line.StartsWith("Connection:"));
    Console.WriteLine($"set [{string.Join(" | ", lines)}], sent [{string.Join(" | ", sent)}], {end}");
}
Environment.Exit(0);
CS
out=$(timeout 180 dotnet run run.cs) || { echo "$out"; echo "did not build and run here: .NET 10 is needed"; exit 3; }
head -n 1 <<<"$out"
seen=$(tail -n +2 <<<"$out")
expected='set [], sent [], open 2 s later
set [close], sent [Connection: close], closed
set [X-Trace], sent [Connection: X-Trace], closed
set [keep-alive, X-Trace], sent [Connection: keep-alive], open 2 s later
set [keep-alive | close], sent [Connection: keep-alive | Connection: close], open 2 s later'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
