#!/usr/bin/env bash
# One request body that stands still ends every event stream that shares its HTTP/2 connection, on ASP.NET Core's server as it comes.
#
# Seen with ASP.NET Core 10.0.12, HTTP/2 without TLS, and Node's http2 client: an event stream with an event each half second, and beside it a POST that
# has sent a part of its body and waits (a phone in a lift, a page that asks its user something in mid-upload). After some seconds the server sends
# GOAWAY and closes the connection; the event stream, which was well, ends with it, and the POST never had an answer of its own. The limit
# (MinRequestBodyDataRate, 240 bytes a second after 5 s) is measured over all bodies of the connection together, and what is too slow is the connection.
# The same POST alone on an HTTP/1.1 connection is answered 408, which is what one expects of the limit.
# Why it matters: a browser has one HTTP/2 connection to a site, with all its tabs' event streams on it; one slow upload has all of them reconnect.
# Instead: switch the limit off for requests over HTTP/2 (IHttpMinRequestBodyDataRateFeature.MinDataRate = null) and give each body a deadline
# of its own, which resets the one stream (IHttpResetFeature).
set -euo pipefail
dir=$(mktemp -d); server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >server.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
foreach (var protocols in new[] { HttpProtocols.Http2, HttpProtocols.Http1 })
{
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols));
}

var app = builder.Build();
app.MapGet("/events", async context =>
{
    context.Response.ContentType = "text/event-stream";
    for (var i = 0; ; i++)
    {
        await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
        await Task.Delay(500, context.RequestAborted);
    }
});
app.MapPost("/upload", async context =>
{
    await context.Request.Body.CopyToAsync(Stream.Null);
    await context.Response.WriteAsync("thanks");
});
await app.StartAsync();
Console.WriteLine($"{Environment.Version} {string.Join(' ', app.Urls.Select(url => new Uri(url).Port))}");
await app.WaitForShutdownAsync();
CS
cat >client.mjs <<'JS'
import http2 from 'node:http2';
import http from 'node:http';
const alone = await new Promise(resolve => {
  const post = http.request({ port: process.argv[3], path: '/upload', method: 'POST', headers: { 'content-length': 1000000 } }, answer => resolve(answer.statusCode));
  post.on('error', error => resolve(error.code));
  post.write(Buffer.alloc(1000));
});
console.log(`alone on HTTP/1.1: ${alone}`);
const session = http2.connect(`http://127.0.0.1:${process.argv[2]}`);
const say = { goaway: 'none', events: 0, stream: 'open', upload: 'no answer' };
const done = why => { say.stream = why; console.log(`GOAWAY ${say.goaway}, upload: ${say.upload}, event stream: ${say.stream}`); process.exit(0); };
session.on('goaway', code => { say.goaway = code; });
session.on('error', () => {});
const events = session.request({ ':path': '/events', accept: 'text/event-stream' });
events.on('data', () => { say.events++; });
events.on('error', () => {});
events.on('close', () => done(say.events > 3 ? 'ended after it had flowed' : 'ended'));
const upload = session.request({ ':path': '/upload', ':method': 'POST', 'content-length': '1000000' });
upload.on('response', head => { say.upload = head[':status']; });
upload.on('error', () => {});
upload.write(Buffer.alloc(1000));
setTimeout(() => done('open 20 s later'), 20000);
JS
dotnet build server.cs -o out >build.log 2>&1 || { tail -n 5 build.log; echo "did not build here: .NET 10 is needed"; exit 3; }
dotnet out/server.dll >server.log & server=$!
for _ in $(seq 100); do [ -s server.log ] && break; sleep .1; done
read -r version port port1 <server.log
echo "ASP.NET Core $version, Node $(node --version)"
[[ $version == 10.* ]] || { echo "another version than the text is about"; exit 3; }
seen=$(timeout 40 node client.mjs "$port" "$port1")
expected='alone on HTTP/1.1: 408
GOAWAY 2, upload: no answer, event stream: ended after it had flowed'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
