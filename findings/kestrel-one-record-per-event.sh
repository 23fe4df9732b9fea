#!/usr/bin/env bash
# ASP.NET Core's server sends an event to each of a hundred streams of one HTTP/2 connection in a TLS record of its own.
#
# Seen with .NET 10.0.12 and, beside it, the http2 server of Node 20. Both keep a hundred event streams of one connection over TLS and write the same
# small event to all of them in one loop, and the client counts the TLS records of application data in which the hundred events come: a hundred from
# ASP.NET Core, one from Node. Each response's flush is encrypted and handed to the socket before the next one's, although all of them go the same way.
# Why it matters: clients come with many streams on one connection, so a broadcast costs a system call, an encryption and a wake-up of the client for
# each stream (and 22 bytes of record around a 13-byte event), where one of each would do.
# Instead: gather what the streams of a connection write below TLS's writer, in a connection middleware or a proxy in front that does.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem 2>/dev/null
cat >server.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
using var pem = X509Certificate2.CreateFromPemFile("cert.pem", "key.pem");
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null))));
var app = builder.Build();
var streams = new ConcurrentBag<HttpResponse>();
app.MapGet("/events", async context =>
{
    context.Response.ContentType = "text/event-stream";
    await context.Response.Body.FlushAsync();
    streams.Add(context.Response);
    await Task.Delay(-1, context.RequestAborted).ContinueWith(_ => { });
});
app.MapPost("/publish", async () =>
{
    var events = "data: hello\n\n"u8.ToArray();
    var writes = new List<Task>();
    foreach (var stream in streams) writes.Add(stream.Body.WriteAsync(events).AsTask());
    await Task.WhenAll(writes);
});
await app.StartAsync();
Console.WriteLine($"ASP.NET Core {Environment.Version}: {app.Urls.First()}");
await app.WaitForShutdownAsync();
CS
cat >server.mjs <<'JS'
import http2 from 'node:http2'
import fs from 'node:fs'
const streams = []
const server = http2.createSecureServer({ key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem') })
server.on('stream', (stream, headers) => {
  if (headers[':method'] === 'POST') {
    for (const one of streams) one.write('data: hello\n\n')
    stream.respond({ ':status': 200 }, { endStream: true })
    return
  }
  stream.respond({ ':status': 200, 'content-type': 'text/event-stream' })
  streams.push(stream)
})
server.listen(0, '127.0.0.1', () => console.log(`Node ${process.versions.node.split('.')[0]}: https://127.0.0.1:${server.address().port}`))
JS
cat >client.mjs <<'JS'
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { Duplex } from 'node:stream'

// Counts the records of application data (type 23) on their way in.
let records = 0, rest = Buffer.alloc(0)
const count = chunk => {
  rest = Buffer.concat([rest, chunk])
  while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
    if (rest[0] === 23) records++
    rest = rest.subarray(5 + rest.readUInt16BE(3))
  }
}
const url = new URL(process.argv[2])
const raw = net.connect(Number(url.port), '127.0.0.1')
const counted = new Duplex({
  read() {},
  write(chunk, _, done) { raw.write(chunk, done) },
  final(done) { raw.end(done) },
})
raw.on('data', chunk => { count(chunk); counted.push(chunk) })
raw.on('end', () => counted.push(null))
const connect = (options = {}) => http2.connect(url, { createConnection: () => tls.connect({ ALPNProtocols: ['h2'], rejectUnauthorized: false, ...options }) })
const session = connect({ socket: counted })
const publisher = connect({ host: '127.0.0.1', port: Number(url.port) })
let events = 0, open = 0
const Streams = 100, Rounds = 10
const all = () => new Promise(resolve => { done = resolve })
let done
const opened = all()
for (let i = 0; i < Streams; i++) {
  const stream = session.request({ ':path': '/events', accept: 'text/event-stream' })
  stream.on('response', () => { if (++open === Streams) done() })
  stream.on('data', data => { events += data.toString().split('\n\n').length - 1; if (events % Streams === 0) done() })
}
await opened
await new Promise(resolve => setTimeout(resolve, 500))
const seen = []
for (let round = 0; round < Rounds; round++) {
  records = 0
  const arrived = all()
  publisher.request({ ':path': '/publish', ':method': 'POST' }).end()
  await arrived
  await new Promise(resolve => setTimeout(resolve, 100))
  seen.push(records)
}
seen.sort((a, b) => a - b)
console.log(`${events / Rounds} events a round: ${seen[0]} to ${seen.at(-1)} records, median ${seen[Rounds / 2]}`)
process.exit(0)
JS
dotnet build server.cs -v q >build.log 2>&1 || { cat build.log; echo "did not build here: .NET 10 is needed"; exit 3; }
for command in "dotnet run --no-build server.cs" "node server.mjs"; do
  $command >out.txt & pids+=($!)
  for _ in $(seq 100); do grep -q https out.txt && break; sleep 0.1; done
  seen=$(timeout 60 node client.mjs "$(sed 's/.*: //' out.txt)") || { echo "did not run here: Node 20 or newer is needed"; exit 3; }
  echo "$(sed 's/: .*//' out.txt): $seen" | tee -a seen.txt
done
records=($(sed 's/.* median //' seen.txt))
[[ ${records[0]} -ge 100 && ${records[1]} -le 10 ]] || { echo "changed; it was: 100 from ASP.NET Core, 1 from Node"; exit 1; }
echo "still so"
