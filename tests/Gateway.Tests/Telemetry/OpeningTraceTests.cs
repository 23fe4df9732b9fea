using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Streams.Telemetry;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>One span for the opening of a stream, told apart from other tests' by the trace that the client began.</summary>
[Collection<Traced>]
public sealed class OpeningTraceTests : IDisposable
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _client = ActivitySpanId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public OpeningTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OpeningSpan.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace) _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private string TraceParent => $"traceparent: 00-{_trace}-{_client}-01";

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Span_of_a_stream_is_over_when_the_client_has_the_head_and_there_is_no_other()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events?token=S3cret", TraceParent);

        var span = await SpanAsync();
        Assert.Equal(("sse.open", ActivityKind.Server, _client), (span.DisplayName, span.Kind, span.ParentSpanId));
        Assert.Equal(
            ["http.response.status_code=200", "sse_gateway.mode=relay", "sse_gateway.outcome=opened", "sse_gateway.route=upstream"], Tags(span));
        Assert.Equal($"{TraceParent.Split(' ')[1]}", exchange.Request.Value("traceparent"));

        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();
        await gateway.DisposeAsync();
        Assert.Single(_spans);
    }

    [Fact]
    public async Task Refused_stream_says_what_forbade_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:Streams=1");
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        using var refused = await gateway.OpenAsBrowserAsync("/events", TraceParent);

        Assert.Equal(
            ["http.response.status_code=200", "sse_gateway.limit=total", "sse_gateway.mode=relay", "sse_gateway.outcome=refused", "sse_gateway.route=upstream"],
            Tags(await SpanAsync()));
    }

    [Fact]
    public async Task Stream_that_the_upstream_does_not_give_is_an_error()
    {
        using var nobody = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(nobody.Url);
        using var failed = await gateway.OpenAsync("/events", TraceParent);

        var span = await SpanAsync();
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(
            ["http.response.status_code=502", "sse_gateway.mode=relay", "sse_gateway.outcome=failed", "sse_gateway.route=upstream"], Tags(span));
    }

    [Fact]
    public async Task Client_that_leaves_before_the_head_is_said_to_have_left()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using (await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", TraceParent])) await upstream.NextAsync();

        var span = await SpanAsync();
        Assert.Equal(["sse_gateway.mode=relay", "sse_gateway.outcome=clientClosed", "sse_gateway.route=upstream"], Tags(span));
    }

    [Fact]
    public async Task Ordinary_requests_have_no_span()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var answer = await gateway.SendAsync("GET", "/page", [TraceParent]);
        await answer.ReadTextAsync();
        await gateway.DisposeAsync();

        Assert.Empty(_spans);
    }

    private static string[] Tags(Activity span) => [.. span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];

    private async Task<Activity> SpanAsync()
    {
        await Deadline.UntilAsync(() => !_spans.IsEmpty, "the span");
        return Assert.Single(_spans);
    }
}
