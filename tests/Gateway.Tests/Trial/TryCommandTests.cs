using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Trial;
using Xunit;

namespace Gateway.Tests.Trial;

/// <summary><c>sse-gateway try</c>: what it prints, and its exit codes.</summary>
public sealed class TryCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task It_shows_events_comments_gaps_and_the_wait_and_ends_with_the_stream()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.SendAsync(
                ": beat\n\nretry: 3000\nid: 4\ndata: one\n\nevent: gateway.gap\ndata: {}\n\nevent: tick\nid: 7\ndata: a\u001b[2J\ndata: b\n\n");
            await exchange.EndAsync();
        });

        var exit = await RunAsync(upstream.Url + "/events");

        Assert.Equal((TryExit.Fine, ""), (exit, _errors.ToString()));
        var lines = _output.ToString().Split('\n', StringSplitOptions.TrimEntries).Select(line => Behind(line, " s  ")).ToArray();
        Assert.Equal("HTTP/1.1 200, text/event-stream", lines[0]);
        Assert.Equal("comment beat", lines[1]);
        Assert.Equal("retry 3000 ms", lines[2]);
        Assert.Matches(@"^message id 4 \(\+\d+\.\d{3} s, 3 bytes\) one$", lines[3]);
        Assert.Matches(@"^gateway\.gap \(\+\d+\.\d{3} s, 2 bytes\) \{\}$", lines[4]);
        Assert.Matches(@"^tick id 7 \(\+\d+\.\d{3} s, 7 bytes\) a\\x1b\[2J\\x0ab  <- behind id 4$", lines[5]);
        Assert.Equal("the end", lines[6]);
        Assert.Matches(@"^3 events, the first after \d+\.\d{3} s, 1 comments, 1 gaps, \d+ bytes, longest silence \d+\.\d{3} s$", lines[7]);
    }

    [Fact]
    public async Task It_sends_what_it_is_told_to_and_leaves_after_as_many_events_as_were_asked_for()
    {
        await using var upstream = ScriptedUpstream.Start();
        var body = Running.TemporaryFile.Write("{}");
        var running = RunAsync(
            upstream.Url + "/x", "--last-event-id", "41", "--header", "X-A: b", "-H", "Content-Type: text/plain", "--post", body, "--events", "1");
        var exchange = await upstream.NextAsync();
        Assert.Equal(("POST", "/x", "41", "b", "text/plain"),
            (exchange.Request.Method, exchange.Request.Target, exchange.Request.Value("Last-Event-ID"), exchange.Request.Value("X-A"),
                exchange.Request.Value("Content-Type")));
        await exchange.StartStreamAsync();
        await exchange.SendAsync("data: a\n\n");

        Assert.Equal(TryExit.Fine, await Deadline.ForAsync(running));
        Assert.Contains("left, as asked", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut", TryExit.Cut, "cut off: ")]
    [InlineData("refused", TryExit.NoStream, "gateway.refused")]
    [InlineData("few", TryExit.TooFew, "1 events")]
    [InlineData("json", TryExit.NoStream, "the answer is no event stream: {}")]
    public async Task A_script_can_tell_how_it_went(string how, object exit, string said)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            if (how == "json")
            {
                await exchange.AnswerAsync(200, "application/json", "{}");
                return;
            }

            await exchange.StartStreamAsync();
            await exchange.SendAsync(how == "refused" ? "event: gateway.refused\ndata: {}\n\n" : "data: a\n\n");
            if (how == "cut")
            {
                exchange.Cut();
            }
            else
            {
                await exchange.EndAsync();
            }
        });

        Assert.Equal(exit, await RunAsync(how == "few" ? [upstream.Url, "--events", "2"] : [upstream.Url]));
        Assert.Contains(said, _output.ToString() + _errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_stream_and_breaks_off_is_shown_as_far_as_it_came()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.SendRawAsync("HTTP/1.1 302 Found\r\nContent-Type: text/html\r\nLocation: /login\r\nContent-Length: 900\r\n\r\n<html>");
            exchange.Cut();
        });

        Assert.Equal(TryExit.NoStream, await RunAsync(upstream.Url));
        Assert.EndsWith("HTTP/1.1 302, text/html, at /login\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("sse-gateway try: the answer is no event stream: <html>\n", _errors.ToString());
    }

    [Fact]
    public async Task A_stream_that_is_encoded_is_not_taken_for_an_empty_one()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.SendRawAsync(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001f\u0001");
            exchange.Finish();
        });

        Assert.Equal(TryExit.NoStream, await RunAsync(upstream.Url));
        Assert.Equal("sse-gateway try: the stream is encoded (gzip), as nobody has asked for\n", _errors.ToString());
    }

    [Fact]
    public async Task The_help_calls_the_command_as_it_is_called()
    {
        Assert.Equal(TryExit.Fine, await RunAsync("--help"));
        Assert.Contains("sse-gateway try <URL> [options]", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_an_exit_code_of_its_own()
    {
        using var port = new ClosedPort();

        Assert.Equal(TryExit.NotReached, await RunAsync(port.Url + "/events?token=S3cret"));
        Assert.Equal($"sse-gateway try: {port.Url}/events cannot be reached: Connection refused (127.0.0.1:{port.Number})\n", _errors.ToString());
    }

    [Theory]
    [InlineData]
    [InlineData("ftp://x")]
    [InlineData("http://me:S3cret@x")]
    [InlineData("http://x", "--header", "none")]
    [InlineData("http://x", "--time", "soon")]
    [InlineData("http://x", "--time", "60d")]
    [InlineData("http://x", "--last-event-id", "a\nb")]
    [InlineData("http://x", "--header", "a(b: c")]
    [InlineData("http://x", "--header", "Content-Length: 5")]
    [InlineData("http://x", "--events", "-1")]
    [InlineData("http://x", "--post", "/nonexistent")]
    [InlineData("http://x", "--post", "")]
    [InlineData("http://x", "--nothing")]
    public async Task A_wrong_command_line_is_one_line(params string[] args)
    {
        Assert.Equal(TryExit.Usage, await RunAsync(args));
        Assert.StartsWith("sse-gateway try: ", Assert.Single(_errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", _errors.ToString(), StringComparison.Ordinal);
    }

    private Task<TryExit> RunAsync(params string[] args) => TryCommand.RunAsync(args, _output, _errors, TestContext.Current.CancellationToken);

    private static string Behind(string line, string mark) =>
        line.Contains(mark, StringComparison.Ordinal) && !line.StartsWith("3 events", StringComparison.Ordinal)
        ? line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..] : line;
}
