#!/usr/bin/env bash
# .NET's HttpClient sends a POST without a body a second time, by itself, when a reused connection ends before the answer.
#
# Seen with .NET 10.0.12. The first request leaves a connection in the pool; the server reads the POST that comes over it and
# closes without an answer. With a body, even an empty one (`Content-Length: 0`), the caller gets an HttpRequestException. With
# `Content = null` the handler takes the request for safe to repeat, whatever its method is, and sends it again on a new
# connection: the server has carried it out twice and the caller sees one 200.
# Why it matters: "start this run", "resume this job" and "close this session" are POSTs without a body that start or end
# streams, and a proxy that forwards one without content repeats it for its client. Only a server that closes idle connections at the
# same moment, or that dies, shows it.
# Instead: give such a request `new ByteArrayContent([])`, or a key by which the server knows it again.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >run.cs <<'CS'
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($".NET {Environment.Version}");
foreach (var (name, content) in new (string, HttpContent?)[] { ("no content", null), ("empty content", new ByteArrayContent([])), ("a body", new StringContent("{}")) })
{
    var posts = 0;
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    _ = Task.Run(async () =>
    {
        for (var connection = 1; ; connection++)
        {
            var (client, first) = (await listener.AcceptTcpClientAsync(), connection == 1);
            _ = Task.Run(async () =>
            {
                var buffer = new byte[8192];
                int count;
                while ((count = await client.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (Encoding.ASCII.GetString(buffer, 0, count).StartsWith("POST "))
                    {
                        posts++;
                        if (first) break;
                    }
                    await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
                }
                client.Dispose();
            });
        }
    });

    using var http = new HttpClient();
    var uri = new Uri($"http://{listener.LocalEndpoint}/runs");
    await http.GetStringAsync(uri);
    string result;
    try { result = ((int)(await http.PostAsync(uri, content)).StatusCode).ToString(); }
    catch (HttpRequestException error) { result = error.HttpRequestError.ToString(); }
    Console.WriteLine($"POST with {name}: the server read {posts}, the caller got {result}");
}
CS
out=$(timeout 180 dotnet run run.cs) || { echo "$out"; echo "did not build and run here: .NET 10 is needed"; exit 3; }
head -n 1 <<<"$out"
seen=$(tail -n +2 <<<"$out")
expected='POST with no content: the server read 2, the caller got 200
POST with empty content: the server read 1, the caller got ResponseEnded
POST with a body: the server read 1, the caller got ResponseEnded'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
