using Gateway.Tests.Running;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Hosting.Logging;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class AccessLogTests : IDisposable
{
    private readonly CapturedLog _log = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_request_is_one_line_without_its_query()
    {
        await RunAsync("/events/7?access_token=S3cret", context =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(42));
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        var line = Assert.Single(_log.Lines);
        Assert.Contains("GET /events/7 404 42 ms", line, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_had_its_head_is_left_to_the_stream_log()
    {
        using var connection = new DirectConnection();
        await RunAsync("/events", context =>
        {
            context.Features.Set(new StreamsUnderTest().Open(connection).Stream);
            return Task.CompletedTask;
        });

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_stream_that_never_had_its_head_is_a_request()
    {
        await RunAsync("/events", context =>
        {
            context.Features.Set(new StreamsUnderTest().Begin());
            context.Response.StatusCode = 502;
            return Task.CompletedTask;
        });

        Assert.Contains("GET /events 502", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    /// <summary>Not the 400 or 502 that YARP makes of it, which nobody has had and which look like a fault of the client's or the service's.</summary>
    [Theory]
    [InlineData("GET", "*/*")]
    [InlineData("POST", "*/*")]
    [InlineData("GET", "text/event-stream")]
    [InlineData("GET", "text/event-stream", "--share", "--share-linger", "0")]
    public async Task A_client_that_leaves_before_it_is_answered_is_499(string method, string accept, params string[] flags)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync(["--upstream", upstream.Url, .. flags]);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync($"{method} /events HTTP/1.1\r\nHost: h\r\nAccept: {accept}\r\nContent-Length: 0\r\n\r\n");
        await upstream.NextAsync();

        client.Leave();

        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("AccessLog[100]", StringComparison.Ordinal)), "the request's line");
        Assert.Contains($"{method} /events 499 ", Assert.Single(gateway.Log.Lines, line => line.Contains("AccessLog[100]", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a%0d%0aGET%20/forged%20200")]
    [InlineData("/a\nGET /forged 200 1 ms")]
    [InlineData("/a\rGET /forged 200 1 ms")]
    [InlineData("/a\u001b[2J")]
    [InlineData("/a\u0085b\u2028c")]
    public async Task No_target_makes_a_second_line_or_commands_a_terminal(string target)
    {
        await RunAsync(target, _ => Task.CompletedTask);

        Assert.DoesNotContain(Assert.Single(_log.Lines), c => char.IsControl(c) || c == '\u2028');
    }

    [Fact]
    public async Task A_failing_request_has_its_line_too()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("/a", _ => throw new InvalidOperationException()));

        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData("/a\rb")]
    [InlineData("/a\u001b[2Jb")]
    [InlineData("/a\tb")]
    public async Task Control_characters_on_the_wire_reach_no_log(string target)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        using var answer = await gateway.SendAsync("GET", target);
        using var next = await gateway.SendAsync("GET", "/next");
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("GET /next", StringComparison.Ordinal)), "the log line");

        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(target, StringComparison.Ordinal));
    }

    private async Task RunAsync(string target, RequestDelegate next)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var context = new DefaultHttpContext { Request = { Method = "GET" } };
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        await new AccessLog(next, _time, loggers.CreateLogger<AccessLog>()).InvokeAsync(context);
    }
}
