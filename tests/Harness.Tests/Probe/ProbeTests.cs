using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Harness.Tests.Commands;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SseGateway.Harness.Probe;
using SseGateway.Harness.Probe.Visits;
using Xunit;

namespace Harness.Tests.Probe;

public sealed class ProbeTests
{
    private const string Origin = "https://app.example";

    [Fact]
    public async Task A_good_stream_has_nothing_to_fix()
    {
        await using var server = await ProbedServer.StartAsync(GoodAsync);
        var findings = await ProbeAsync(server.Url, Origin);
        Assert.DoesNotContain(findings, finding => finding.Severity == Severity.Fail);
        foreach (var topic in (string[])["type", "caching", "buffering", "compression", "ids", "retry", "end", "resume", "CORS", "CORS preflight", "HEAD"])
        {
            Assert.Contains(findings, finding => finding.Topic == topic && finding.Severity == Severity.Ok);
        }

        Assert.Contains("after 1 it goes on with 2, without an id with 1", Text(findings, "resume"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_tls_the_certificate_counts_unless_told_otherwise_and_http_2_is_offered()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await ProbedServer.StartAsync(StreamOf("data: a\n\n"), listen => listen.UseHttps(certificate));
        var refused = await Invocation.RunAsync("probe", server.Url);
        Assert.Equal(3, refused.Code);
        Assert.Contains("certificate", refused.Error, StringComparison.Ordinal);
        var result = await ProbeRun.RunAsync(Options(server.Url) with { Insecure = true }, TestContext.Current.CancellationToken);
        Assert.Equal((200, 2), (result.Main.Status, result.Main.HttpVersion!.Major));
        Assert.True(result.Main.ConnectedMs < result.Main.SecuredMs && result.Main.SecuredMs < result.Main.HeadMs);
        Has(ProbeFindings.Of(result), Severity.Ok, "protocol", "HTTP/2");
    }

    [Fact]
    public async Task A_wrong_type_and_a_wrong_status_fail_with_what_came_instead()
    {
        await using var html = await ProbedServer.StartAsync(context => AnswerAsync(context, 200, "text/html", "<html>Log in"));
        Has(await ProbeAsync(html.Url), Severity.Fail, "type", "Content-Type is text/html");
        await using var missing = await ProbedServer.StartAsync(context => AnswerAsync(context, 404, "text/plain", "nothing\e[31m here"));
        Has(await ProbeAsync(
            missing.Url), Severity.Fail, "status", "404: EventSource fails for good at any status but 200; the body starts `nothing\\x1B[31m here`");
        await using var closed = await ProbedServer.StartAsync(context => AnswerAsync(context, 401, "text/plain", ""));
        Has(await ProbeAsync(closed.Url), Severity.Fail, "status", "401: not let in");
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        var asked = 0;
        await using var elsewhere = await ProbedServer.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        });
        await using var server = await ProbedServer.StartAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        });
        Has(await ProbeAsync(server.Url), Severity.Fail, "status", $"302 to {elsewhere.Url}");
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_head_that_is_held_back_fails()
    {
        await using var server = await ProbedServer.StartAsync(ProbedServer.HoldAsync);
        Has(await ProbeAsync(server.Url), Severity.Fail, "opening", "no head within");
    }

    [Fact]
    public async Task Compression_without_flushing_fails_and_with_flushing_does_not()
    {
        foreach (var flushed in (bool[])[false, true])
        {
            await using var server = await ProbedServer.StartAsync(async context =>
            {
                context.Response.ContentType = "text/event-stream";
                var asked = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
                if (asked)
                {
                    context.Response.Headers.ContentEncoding = "gzip";
                }

                await context.Response.Body.FlushAsync();
                var body = asked ? new GZipStream(context.Response.Body, CompressionLevel.Fastest) : context.Response.Body;
                await body.WriteAsync("data: a\n\n"u8.ToArray());
                if (flushed || !asked)
                {
                    await body.FlushAsync();
                }

                await ProbedServer.HoldAsync(context);
            });
            var findings = await ProbeAsync(server.Url);
            Has(findings, flushed ? Severity.Ok : Severity.Fail, "compression", flushed ? "gzip, and flushed" : "gzip without flushing");
        }
    }

    [Fact]
    public async Task Missing_or_wrong_cors_fails()
    {
        await using var none = await ProbedServer.StartAsync(StreamOf("data: a\n\n"));
        var findings = await ProbeAsync(none.Url, Origin);
        Has(findings, Severity.Fail, "CORS", "Access-Control-Allow-Origin is missing");
        Has(findings, Severity.Warn, "CORS preflight", "");
        await using var other = await ProbedServer.StartAsync(
            StreamOf("data: a\n\n", headers => headers.AccessControlAllowOrigin = "https://app.example.evil"));
        Has(await ProbeAsync(other.Url, Origin), Severity.Fail, "CORS", "https://app.example.evil");
        await using var twice = await ProbedServer.StartAsync(StreamOf("data: a\n\n", headers => headers.AccessControlAllowOrigin = new(["*", "*"])));
        Has(await ProbeAsync(twice.Url, Origin), Severity.Fail, "CORS", "more than once");
        await using var star = await ProbedServer.StartAsync(StreamOf("data: a\n\n", headers =>
        {
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowCredentials = "true";
        }));
        Has(await ProbeAsync(star.Url, Origin), Severity.Fail, "CORS", "together with Access-Control-Allow-Credentials");
        await using var noVary = await ProbedServer.StartAsync(StreamOf("data: a\n\n", headers => headers.AccessControlAllowOrigin = Origin));
        Has(await ProbeAsync(noVary.Url, Origin), Severity.Warn, "CORS", "does not say so");
    }

    [Theory]
    [InlineData("Data: a\n\ndata: b\n\n", nameof(Severity.Fail), "fields", "`Data` is not `data`")]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", nameof(Severity.Fail), "fields", "no event stream")]
    [InlineData("data: a\nfoo: b\n\n", nameof(Severity.Warn), "fields", "unknown fields are ignored: `foo`")]
    [InlineData("event: ping\n\ndata: a\n\n", nameof(Severity.Warn), "fields", "a type but no data")]
    [InlineData("data: a\ndata: b\n", nameof(Severity.Fail), "first event", "2 lines of data")]
    [InlineData("data: a\u00FF\n\n", nameof(Severity.Fail), "encoding", "not UTF-8")]
    [InlineData("\u00EF\u00BB\u00BFdata: a\n\n", nameof(Severity.Info), "encoding", "byte order mark")]
    [InlineData("data: a\r\rdata: b\n\n", nameof(Severity.Warn), "line ends", "CR alone")]
    [InlineData("id: 1\ndata: a\n\ndata: b\n\n", nameof(Severity.Warn), "ids", "1 of 2 events have no id")]
    [InlineData("id: 1\ndata: a\n\nid: 1\ndata: b\n\n", nameof(Severity.Warn), "ids", "1 different ids")]
    [InlineData("data: a\n\n", nameof(Severity.Info), "ids", "no event has an id")]
    [InlineData("retry: 10\ndata: a\n\n", nameof(Severity.Warn), "retry", "10 ms")]
    [InlineData("retry: 3s\ndata: a\n\n", nameof(Severity.Warn), "retry", "`retry: 3s` is ignored")]
    [InlineData("retry: 3000\ndata: a\n\n", nameof(Severity.Ok), "retry", "3000 ms")]
    [InlineData("data: a\n\ndata: b\n", nameof(Severity.Warn), "end", "no blank line after it")]
    [InlineData(": hello\n\n", nameof(Severity.Warn), "end", "without an event")]
    [InlineData("data: a\n\n", nameof(Severity.Info), "end", "properly")]
    public async Task What_is_in_the_stream_is_judged(string body, string severity, string topic, string text)
    {
        await using var server = await ProbedServer.StartAsync(StreamOf(body));
        Has(await ProbeAsync(server.Url), Enum.Parse<Severity>(severity), topic, text);
    }

    [Fact]
    public async Task Headers_that_let_caches_keep_the_stream_are_told()
    {
        foreach (var (header, severity) in ((string?, Severity)[])[
            (null, Severity.Warn), ("public, max-age=60", Severity.Fail), ("private", Severity.Warn), ("no-cache", Severity.Info),
            ("no-store, no-transform", Severity.Ok)])
        {
            await using var server = await ProbedServer.StartAsync(StreamOf("data: a\n\n", headers => headers.CacheControl = header));
            Has(await ProbeAsync(server.Url), severity, "caching", "Cache-Control");
        }
    }

    [Fact]
    public async Task A_server_that_does_not_look_at_the_id_is_told()
    {
        await using var restarts = await ProbedServer.StartAsync(StreamOf("id: 1\ndata: a\n\nid: 2\ndata: b\n\n"));
        Has(await ProbeAsync(restarts.Url), Severity.Fail, "resume", "sent again");
        var next = 0;
        await using var live = await ProbedServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var first = context.Request.Headers.AcceptEncoding.Count > 0 ? 100 : 10 * (Interlocked.Increment(ref next) == 1 ? 1 : 5);
            await context.Response.WriteAsync($"id: {first}\ndata: a\n\nid: {first + 1}\ndata: b\n\n");
            await ProbedServer.HoldAsync(context);
        });
        Has(await ProbeAsync(live.Url), Severity.Warn, "resume", "Last-Event-ID is not looked at");
        await using var refuses = await ProbedServer.StartAsync(context => context.Request.Headers.ContainsKey("Last-Event-ID")
            ? AnswerAsync(context, 400, "text/plain", "")
            : StreamOf("id: 1\ndata: a\n\n")(context));
        Has(await ProbeAsync(refuses.Url), Severity.Fail, "resume", "answered with 400");
    }

    [Fact]
    public async Task A_stream_that_is_cut_in_its_body_fails()
    {
        // By FIN: a reset could overtake the head.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(
            listener, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n"u8.ToArray());
        var findings = await ProbeAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();
        await serving;
        Has(findings, Severity.Fail, "end", "cut after");
    }

    [Fact]
    public async Task A_head_request_that_hangs_or_errs_is_told()
    {
        await using var errs = await ProbedServer.StartAsync(
            context => HttpMethods.IsHead(context.Request.Method) ? AnswerAsync(context, 500, "text/plain", "") : StreamOf("data: a\n\n")(context));
        Has(await ProbeAsync(errs.Url), Severity.Warn, "HEAD", "500");
        await using var hangs = await ProbedServer.StartAsync(
            context => HttpMethods.IsHead(context.Request.Method) ? ProbedServer.HoldAsync(context) : StreamOf("data: a\n\n")(context));
        Has(await ProbeAsync(hangs.Url), Severity.Warn, "HEAD", "no answer");
    }

    [Fact]
    public async Task Given_headers_go_with_every_request_but_the_preflight()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(string Method, string Token, string Accept)>();
        await using var server = await ProbedServer.StartAsync(context =>
        {
            seen.Enqueue((context.Request.Method, context.Request.Headers.Authorization.ToString(), context.Request.Headers.Accept.ToString()));
            return StreamOf("data: a\n\n")(context);
        });
        await ProbeRun.RunAsync(Options(server.Url) with { Origin = Origin, Headers = [new("Authorization", "Bearer x"), new("Accept", "*/*")] },
            TestContext.Current.CancellationToken);
        Assert.All(seen, request => Assert.Equal(request.Method == "OPTIONS" ? ("OPTIONS", "", "") : (request.Method, "Bearer x", "*/*"), request));
        Assert.Equal(["GET", "HEAD", "OPTIONS"], seen.Select(request => request.Method).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_without_end_is_read_only_as_far_as_is_bounded()
    {
        var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("data: " + new string('x', 1000) + "\n\n", 200)));
        await using var server = await ProbedServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk);
            }
        });
        var result = await ProbeRun.RunAsync(Options(server.Url) with { Window = TimeSpan.FromMinutes(5) }, TestContext.Current.CancellationToken);
        Assert.Equal(VisitEnd.Enough, result.Main.End);
        Assert.Equal(Visit.MostEvents, result.Main.Events.Count);
        Assert.InRange(result.Main.Bytes, 1, 40 << 20);
    }

    [Fact]
    public async Task What_is_not_http_fails_and_what_is_not_there_cannot_be_reached()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());
        Has(await ProbeAsync($"http://127.0.0.1:{port}/"), Severity.Fail, "opening", "not HTTP");
        listener.Stop();
        await serving;
        var (code, output, error) = await Invocation.RunAsync("probe", $"http://127.0.0.1:{port}/");
        Assert.Equal((3, ""), (code, output));
        Assert.StartsWith($"sse-harness: http://127.0.0.1:{port}/ cannot be reached: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_and_json_follow_the_findings()
    {
        await using var good = await ProbedServer.StartAsync(StreamOf("data: a\n\n"));
        await using var bad = await ProbedServer.StartAsync(context => AnswerAsync(context, 200, "text/plain", "data: a\n\n"));
        var fine = await Invocation.RunAsync("probe", good.Url, "--seconds", "1", "--json");
        Assert.Equal((0, ""), (fine.Code, fine.Error));
        var root = JsonDocument.Parse(fine.Output).RootElement;
        Assert.Equal((1, 200, 1), (root.GetProperty("schema").GetInt32(), root.GetProperty("status").GetInt32(), root.GetProperty("events").GetInt32()));
        Assert.Contains(root.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("topic").GetString() == "type"
            && finding.GetProperty("severity").GetString() == "ok");
        var failed = await Invocation.RunAsync("probe", bad.Url, "--seconds", "1");
        Assert.Equal(1, failed.Code);
        var lines = failed.Output.Split('\n');
        Assert.StartsWith("FAIL  type            Content-Type is text/plain", lines[1], StringComparison.Ordinal);
        Assert.Equal("fix: Content-Type: text/event-stream", lines[2].Trim());
        Assert.Equal("see: §9.2.2 https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface", lines[3].Trim());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://example.org/")]
    [InlineData("http://127.0.0.1:1/", "--seconds", "0")]
    [InlineData("http://127.0.0.1:1/", "--origin", "example.org/path")]
    [InlineData("http://127.0.0.1:1/", "--header", "no colon")]
    [InlineData("http://127.0.0.1:1/", "--header", "A: b\nC: d")]
    public async Task Wrong_arguments_give_2(params string[] args)
    {
        var (code, output, error) = await Invocation.RunAsync(["probe", .. args]);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static ProbeOptions Options(string url) => new(new Uri(url)) { Window = TimeSpan.FromSeconds(2) };

    private static async Task<IReadOnlyList<Finding>> ProbeAsync(string url, string? origin = null) =>
        ProbeFindings.Of(await ProbeRun.RunAsync(Options(url) with { Origin = origin }, TestContext.Current.CancellationToken));

    private static void Has(IReadOnlyList<Finding> findings, Severity severity, string topic, string text) =>
        Assert.True(
            findings.Any(finding => finding.Severity == severity && finding.Topic == topic && finding.Text.Contains(text, StringComparison.Ordinal)),
            string.Join('\n', findings));

    private static string Text(IReadOnlyList<Finding> findings, string topic) => findings.First(finding => finding.Topic == topic).Text;

    private static RequestDelegate StreamOf(string body, Action<IHeaderDictionary>? headers = null) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        headers?.Invoke(context.Response.Headers);
        await context.Response.Body.FlushAsync();
        await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(body));
    };

    private static async Task AnswerAsync(HttpContext context, int status, string type, string body)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        await context.Response.WriteAsync(body);
    }

    private static async Task GoodAsync(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.AccessControlAllowOrigin = Origin;
        headers.Vary = "Origin";
        if (HttpMethods.IsOptions(request.Method))
        {
            headers.AccessControlAllowHeaders = "Last-Event-ID";
            context.Response.StatusCode = 204;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        headers.CacheControl = "no-store, no-transform";
        headers["X-Accel-Buffering"] = "no";
        await context.Response.Body.FlushAsync();
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        await context.Response.WriteAsync("retry: 3000\n\n");
        var from = int.TryParse(request.Headers["Last-Event-ID"], out var last) ? last : 0;
        for (var id = from + 1; id <= from + 3; id++)
        {
            await context.Response.WriteAsync($"id: {id}\ndata: {id}\n\n: heartbeat\n\n");
            await context.Response.Body.FlushAsync();
        }

        await ProbedServer.HoldAsync(context);
    }

    private static async Task ServeAsync(TcpListener listener, byte[] answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                // What is left unread makes a reset of the close.
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await client.GetStream().WriteAsync(answer);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The listener was stopped.
        }
    }
}
