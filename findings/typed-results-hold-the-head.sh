#!/usr/bin/env bash
# ASP.NET Core's own event-stream result sends no head before the first event, so the browser's `open` waits for it.
#
# Seen with ASP.NET Core 10.0.12 (TypedResults.ServerSentEvents is new in 10). The result sets the headers and leaves the head to the first
# write: a stream that has nothing to say yet does not open at its client, and a client with a limit on the wait for the head,
# or a gateway, gives up on a service that is well. Its items are `SseItem`, which can say no comment, so there is
# no heartbeat either by which the head could be sent.
# Why it matters: works in every example that sends at once; fails on the quiet channel, behind the first proxy with a limit.
# Instead: flush the body and write the items with SseFormatter by hand, or yield a first event at once. Starting the response before
# the result is returned does not help: the result sets headers, fails on the started answer, and the stream is cut.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >run.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
var app = builder.Build();
var speak = new TaskCompletionSource();
app.MapGet("/result", (CancellationToken left) => TypedResults.ServerSentEvents(Quiet(left)));
app.MapGet("/result-after-start", async (HttpContext context, CancellationToken left) =>
{
    await context.Response.StartAsync(left);
    await context.Response.Body.FlushAsync(left);
    return TypedResults.ServerSentEvents(Quiet(left));
});
app.MapGet("/by-hand", async (HttpContext context, CancellationToken left) =>
{
    context.Response.ContentType = "text/event-stream";
    await context.Response.Body.FlushAsync(left);
    await SseFormatter.WriteAsync(Quiet(left), context.Response.Body, left);
});
await app.StartAsync();
Console.WriteLine($"ASP.NET Core {Environment.Version}");
using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
foreach (var path in new[] { "/result", "/result-after-start", "/by-hand" })
{
    speak = new TaskCompletionSource();
    var head = http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
    await Task.WhenAny(head, Task.Delay(5000));
    var early = head.IsCompleted;
    speak.SetResult();
    string body;
    try { body = System.Text.Json.JsonSerializer.Serialize(await (await head).Content.ReadAsStringAsync()); }
    catch (HttpRequestException error) { body = error.HttpRequestError.ToString(); }
    Console.WriteLine($"{path}: head {(early ? "before" : "only with")} the first event, {body}");
}
Environment.Exit(0);

async IAsyncEnumerable<SseItem<string>> Quiet([EnumeratorCancellation] CancellationToken left)
{
    await speak.Task.WaitAsync(left);
    yield return new SseItem<string>("one");
}
CS
out=$(timeout 180 dotnet run run.cs) || { echo "$out"; echo "did not build and run here: .NET 10 is needed"; exit 3; }
head -n 1 <<<"$out"
seen=$(tail -n +2 <<<"$out")
expected='/result: head only with the first event, "data: one\n\n"
/result-after-start: head before the first event, ResponseEnded
/by-hand: head before the first event, "data: one\n\n"'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
