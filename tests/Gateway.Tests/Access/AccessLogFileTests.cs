using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Hosting.Access;
using Xunit;

namespace Gateway.Tests.Access;

/// <summary>The access log: what it says of requests and streams, and what becomes of its file.</summary>
public sealed class AccessLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sse-gateway-access-").FullName;

    private string Log => Path.Combine(_folder, "access.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_stream_is_one_line_at_its_end_with_all_there_is_to_say_and_no_secret()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, [.. Tokens.RequireHs256(), "SseGateway:Authentication:Carriers:Query=token"]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, $"/events/7?token={Tokens.For("ada")}", "User-Agent: test/1");
        Assert.Equal("", await File.ReadAllTextAsync(Log, TestContext.Current.CancellationToken));
        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();

        var line = await LineAsync(Log, 1);
        Assert.Equal(
            "stream GET /events/7 HTTP/1.1 200 upstream upstream 0 1 9 upstreamEnded test/1",
            Words(line, "kind", "method", "path", "protocol", "status", "route", "cluster", "destination", "frames", "bytes", "reason", "agent"));
        Assert.Equal(AccessSyntax.Hash("ada"), line.GetProperty("subject").GetString());
        Assert.Equal("127.0.0.1", line.GetProperty("address").GetString());
        Assert.DoesNotContain("token", line.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"ada\"", line.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_a_refusal_and_a_client_of_a_shared_stream_are_lines_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(
            upstream, [.. Share.With(), "SseGateway:AccessLog:Openings=true", "SseGateway:Limits:StreamsPerAddress=1"]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        Assert.Equal("opened 200", Words(await LineAsync(Log, 1), "kind", "status"));
        using (var refused = await gateway.OpenAsync("/events"))
        {
            Assert.Equal(429, refused.Status);
        }

        Assert.Equal("request 429 address", Words(await LineAsync(Log, 2), "kind", "status", "reason"));
        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();
        response.Dispose();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);

        var line = await LineAsync(Log, 3);
        Assert.Equal("stream upstream", Words(line, "kind", "cluster"));
        Assert.False(line.TryGetProperty("destination", out _));
        upstream.Serve(other => other.AnswerAsync(404, "text/plain", "none"));
        using (var answer = await gateway.SendAsync("GET", "/nothing?secret=1"))
        {
            Assert.Equal(404, answer.Status);
        }

        Assert.Equal("request /nothing 404 4 0", Words(await LineAsync(Log, 4), "kind", "path", "status", "bytes", "destination"));
    }

    [Fact]
    public async Task A_signal_after_the_file_was_moved_away_opens_it_again_and_no_line_is_lost()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await StartAsync(upstream, []);
        (await gateway.SendAsync("GET", "/before")).Dispose();
        await LineAsync(Log, 1);
        File.Move(Log, Log + ".1");

        using (var kill = Process.Start("kill", ["-USR1", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
            await Deadline.ForAsync(kill.WaitForExitAsync(TestContext.Current.CancellationToken), "kill");
        }

        await Deadline.UntilAsync(() => File.Exists(Log));
        (await gateway.SendAsync("GET", "/after")).Dispose();

        Assert.Equal("/after", Words(await LineAsync(Log, 1), "path"));
        Assert.Single(await File.ReadAllLinesAsync(Log + ".1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_password_in_a_whole_url_is_in_no_line()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await StartAsync(upstream, ["SseGateway:AccessLog:Format=combined"]);
        (await gateway.SendAsync("GET", $"http://ada:S3cret@{gateway.Address.Authority}/a@b?x=1", ["Referer: http://ada:S3cret@page.example/a@b"])).Dispose();

        await Deadline.UntilAsync(() => Lines(Log).Length == 1);
        Assert.Contains(
            $"\"GET http://{gateway.Address.Authority}/a@b HTTP/1.1\" 200 2 \"http://page.example/a@b\"", Lines(Log).Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("S3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_gateways_write_one_file_and_neither_writes_over_the_other()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var one = await StartAsync(upstream, []);
        await using var other = await StartAsync(upstream, []);
        (await one.SendAsync("GET", "/one")).Dispose();
        await LineAsync(Log, 1);
        (await other.SendAsync("GET", "/other")).Dispose();

        await LineAsync(Log, 2);
        Assert.Equal(["/one", "/other"], Lines(Log).Select(line => Words(JsonElement.Parse(line), "path")));
    }

    [Fact]
    public async Task A_file_that_takes_nothing_is_told_of_at_once_and_no_request_fails()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await StartAsync(upstream, ["SseGateway:AccessLog:File=/dev/full"]);
        using (var answer = await gateway.SendAsync("GET", "/"))
        {
            Assert.Equal(200, answer.Status);
        }

        await Deadline.UntilAsync(
            () => gateway.Log.Lines.Any(line => line.Contains("[107] The access log cannot be written: No space left", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Combined_is_what_web_servers_write_and_nothing_in_it_ends_a_field()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await StartAsync(upstream, ["SseGateway:AccessLog:Format=combined"]);
        (await gateway.SendAsync("GET", "/a\"b?token=1", ["User-Agent: a \"b\" \\ c", "Referer: https://page.example/x?token=1"])).Dispose();

        await Deadline.UntilAsync(() => Lines(Log).Length == 1);
        Assert.Matches(
            """^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] """
                + """
                "GET /a\\"b HTTP/1\.1" 200 2 "https://page\.example/x" "a \\"b\\" \\\\ c"$
                """,
            Lines(Log).Single());
    }

    [Theory]
    [InlineData("SseGateway:AccessLog:File=/nonexistent/access.log", "SseGateway:AccessLog:Format=Json")]
    [InlineData("SseGateway:AccessLog:File=/tmp/access.log")]
    [InlineData("SseGateway:AccessLog:Format=Common")]
    public void A_wrong_setting_is_named(params string[] settings)
    {
        var wrong = Assert.Throws<SseGateway.Configuration.StartupErrorsException>(
            () => SseGateway.GatewayApp.Build(["--upstream", "http://127.0.0.1:9", .. settings.Select(setting => "--" + setting)]));

        Assert.StartsWith("SseGateway:AccessLog:", Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_named_at_the_start_and_made_by_no_check_of_the_settings()
    {
        string[] With(string file) =>
            ["--upstream", "http://127.0.0.1:9", "--admin-url", "off", "--access-log", "json", "--access-log-file", file];
        await SseGateway.GatewayApp.Build(With(Log)).DisposeAsync();
        Assert.False(File.Exists(Log));

        await using var app = SseGateway.GatewayApp.Build(["--urls", "http://127.0.0.1:0", .. With("/proc/access.log")]);
        var wrong = await Assert.ThrowsAsync<SseGateway.Configuration.StartupErrorsException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("SseGateway:AccessLog:File: cannot be opened: ", Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_is_named_and_one_that_is_read_gets_the_lines()
    {
        using (var made = Process.Start("mkfifo", [Log]))
        {
            await Deadline.ForAsync(made.WaitForExitAsync(TestContext.Current.CancellationToken), "mkfifo");
        }

        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        var wrong = await Assert.ThrowsAsync<SseGateway.Configuration.StartupErrorsException>(
            () => Deadline.ForAsync(StartAsync(upstream, []), "the start"));
        Assert.Equal($"SseGateway:AccessLog:File: cannot be opened: Nobody reads this pipe : '{Log}'", Assert.Single(wrong.Errors));

        // Open for both, which waits for nobody.
        await using var pipe = new FileStream(Log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        using var reader = new StreamReader(pipe);
        await using var gateway = await StartAsync(upstream, []);
        (await gateway.SendAsync("GET", "/read")).Dispose();
        Assert.Contains("/read", await Deadline.ForAsync(reader.ReadLineAsync), StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_a_file_could_be_made_is_told_without_making_it()
    {
        AppendedFile.Check(Log);
        Assert.False(File.Exists(Log));
        var failure = Assert.Throws<IOException>(() => AppendedFile.Check("/nonexistent/access.log"));
        Assert.Equal("No such file or directory : '/nonexistent/access.log'", failure.Message);
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, ["SseGateway:AccessLog:Format=Json", "SseGateway:AccessLog:File=" + Log, .. settings]);

    private static string[] Lines(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd().Split('\n')[..^1];
    }

    private static async Task<JsonElement> LineAsync(string path, int count)
    {
        await Deadline.UntilAsync(() => Lines(path).Length == count, $"{count} lines in {path}");
        return JsonElement.Parse(Lines(path)[^1]);
    }

    private static string Words(JsonElement line, params string[] names) => string.Join(' ', names.Select(name => line.GetProperty(name).ToString()));
}
