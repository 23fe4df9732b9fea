using System.Net.Http.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Keeping;
using SseGateway.Harness.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>The newest answer of a chat is read again under the application's own name for it, as the AI SDK's <c>resume</c> asks.</summary>
public sealed class ResumePathTests
{
    private static readonly string[] Settings = Keep.With("ResumePath=/api/chat/{id}/stream");

    [Fact]
    public async Task Running_answer_of_a_chat_is_read_from_its_beginning_and_there_is_nothing_once_it_is_over()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        using (var none = await gateway.SendAsync("GET", "/api/chat/c1/stream")) Assert.Equal(204, none.Status);
        var (exchange, response) = await AskAsync(gateway, upstream, """{"id":"c1","messages":[]}""");
        await exchange.SendAsync(Keep.Tokens(1, 2));
        await response.ExpectAsync(Keep.Tokens(1, 2));
        response.Client.Reset();
        using var again = await gateway.SendAsync("GET", "/api/chat/c1/stream");
        await again.ExpectAsync(Keep.Tokens(1, 2));
        await exchange.SendAsync(Keep.Token(3));
        await exchange.EndAsync();
        await again.ExpectEndAsync(Keep.Token(3), BodyEnding.Clean);
        foreach (var chat in new[] { "c1", "c2" })
        {
            using var none = await gateway.SendAsync("GET", $"/api/chat/{chat}/stream");
            Assert.Equal(204, none.Status);
        }

        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Newest_answer_is_the_chats()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (first, one) = await AskAsync(gateway, upstream, """{"id":"c","n":1}""");
        await first.SendAsync(Keep.Token(1));
        await first.EndAsync();
        await one.ReadToEndAsync();
        var (second, two) = await AskAsync(gateway, upstream, """{"trigger":"submit","nested":{"id":"x"},"id":"c"}""");
        await second.SendAsync(Keep.Token(2));
        using var again = await gateway.SendAsync("GET", "/api/chat/c/stream");
        await again.ExpectAsync(Keep.Token(2));
        two.Dispose();
    }

    [Fact]
    public async Task Client_that_leaves_before_the_head_finds_the_answer_when_it_comes_back()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        const string Body = """{"id":"c"}""";
        var client = await gateway.BeginAsync("POST", "/api/chat", [], Body);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(Body);
        client.Reset();
        var back = await gateway.BeginAsync("GET", "/api/chat/c/stream");
        await exchange.StartStreamAsync();
        using var again = await back.ReadResponseAsync();
        await exchange.SendAsync(Keep.Token(1));
        Assert.Equal(200, again.Status);
        await again.ExpectAsync(Keep.Token(1));
        Assert.Equal(1, upstream.RequestCount);
    }

    [Theory]
    [InlineData(nameof(CloseReason.Evicted), 429, "text/event-stream")]
    [InlineData(nameof(CloseReason.Revoked), 401, "text/event-stream")]
    [InlineData(nameof(CloseReason.Drained), 503, "text/event-stream")]
    [InlineData(nameof(CloseReason.Revoked), 401, "*/*")]
    public async Task Who_waits_for_the_head_of_an_answer_is_refused_at_once_when_it_is_ended(string reason, int status, string accept)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        const string Body = """{"id":"c"}""";
        using var client = await gateway.BeginAsync("POST", "/api/chat", [], Body);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(Body);
        using var waiting = await gateway.BeginAsync("GET", "/api/chat/c/stream", [$"Accept: {accept}"]);
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Any(IsWaiting), "the place of who waits");

        gateway.Streams.End(IsWaiting, Enum.Parse<CloseReason>(reason));

        using var refused = await Deadline.ForAsync(waiting.ReadResponseAsync());
        Assert.Equal(status, refused.Status);
        await Deadline.UntilAsync(() => !gateway.Streams.Streams.Any(IsWaiting), "the place to be given back");
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);

        static bool IsWaiting(LiveStream stream) => stream.Method == "GET";
    }

    [Fact]
    public async Task Who_waits_without_having_said_that_it_reads_streams_is_refused_when_its_credential_is_revoked()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Settings, .. Tokens.RequireHs256(), GatewayUnderTest.WithAdmin]);
        var (exchange, waiting) = await WaitAloneAsync(gateway, upstream, "Accept: */*", $"Authorization: Bearer {Tokens.For("ada")}");
        using var revoked = await gateway.Admin.PostAsJsonAsync("/revoke", new { subject = "ada" }, TestContext.Current.CancellationToken);
        Assert.True(revoked.IsSuccessStatusCode);
        await exchange.StartStreamAsync();
        using var refused = await waiting.ReadResponseAsync();
        Assert.Equal(401, refused.Status);
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("GET /api/chat/c/stream 401", StringComparison.Ordinal)), "its line");
        var metrics = await Exposition.ReadAsync(gateway);
        Assert.DoesNotContain(metrics.Samples, sample => sample.StartsWith("sse_gateway_answers_resumed_total", StringComparison.Ordinal));
    }

    /// <summary>The gateway has no longer for the answer, and nobody else has it.</summary>
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("*/*")]
    public async Task Who_waits_for_the_head_in_a_drain_is_refused_when_what_may_finish_is_ended(string accept)
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, [.. Settings, "SseGateway:DrainWindow=20s", "SseGateway:FinishWindow=5s", "SseGateway:Heartbeat=0"]);
        var (exchange, waiting) = await WaitAloneAsync(gateway, upstream, $"Accept: {accept}");
        var stopping = gateway.BeginStop(CancellationToken.None);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        var answered = waiting.ReadResponseAsync();
        var begun = time.GetUtcNow();
        await Deadline.UntilAsync(() =>
        {
            // Not to the end of the window in which streams are sent away one after the other.
            time.Advance(TimeSpan.FromMilliseconds(time.GetUtcNow() - begun < TimeSpan.FromSeconds(15) ? 50 : 0));
            return answered.IsCompleted;
        });
        using var refused = await answered;
        Assert.Equal(503, refused.Status);
        await exchange.StartStreamAsync();
        await exchange.EndAsync();
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            return stopping.IsCompleted;
        });
    }

    [Fact]
    public async Task Chat_of_another_subject_is_not_found()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Settings, .. Tokens.RequireHs256()]);
        var (_, response) = await AskAsync(gateway, upstream, """{"id":"c"}""", "Authorization: Bearer " + Tokens.For("ada"));
        using var others = await gateway.SendAsync("GET", "/api/chat/c/stream", ["Authorization: Bearer " + Tokens.For("bob")]);
        using var own = await gateway.SendAsync("GET", "/api/chat/c/stream", ["Authorization: Bearer " + Tokens.For("ada")]);
        Assert.Equal((204, 200), (others.Status, own.Status));
        response.Dispose();
    }

    [Theory]
    [InlineData("""{"id":5}""", "5")]
    [InlineData("""{"id":"a\"bé"}""", "a%22b%C3%A9")]
    public async Task Name_is_what_the_body_says(string body, string segment)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (_, response) = await AskAsync(gateway, upstream, body);
        using var again = await gateway.SendAsync("GET", $"/api/chat/{segment}/stream");
        Assert.Equal(200, again.Status);
        response.Dispose();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"id":{"a":1}}""")]
    [InlineData("""{"id":""}""")]
    public async Task Body_without_a_name_passes_and_is_found_by_its_id_alone(string body)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (exchange, response) = await AskAsync(gateway, upstream, body);
        await exchange.SendAsync(Keep.Token(1));
        using var again = await gateway.ReadAgainAsync(response.Id());
        await again.ExpectAsync(Keep.Token(1));
        response.Dispose();
    }

    [Theory]
    [InlineData("/api/chat/{id}/stream", "/api/chat/a-1/stream", "a-1")]
    [InlineData("/api/chat/{id}/stream", "/API/chat/a/Stream", "a")]
    [InlineData("/c/{id}", "/c/a", "a")]
    [InlineData("/c/{id}", "/c/a/b", null)]
    [InlineData("/c/{id}", "/c/", null)]
    [InlineData("/c/{id}/s", "/c/s", null)]
    [InlineData("/c/{id}/s", "/c//s", null)]
    [InlineData("/c/{id}/s", "/d/a/s", null)]
    public void Path_has_the_name(string pattern, string path, string? name) => Assert.Equal(name, ResumePath.Parse(pattern)!.NameIn(path));

    [Theory]
    [InlineData("/c")]
    [InlineData("c/{id}")]
    [InlineData("/c{id}")]
    [InlineData("/{id}c")]
    [InlineData("/{id}/{id}")]
    [InlineData("/{id}?a")]
    [InlineData("/{chat}")]
    public void Path_that_names_nothing_is_none(string pattern) => Assert.Null(ResumePath.Parse(pattern));

    // For the head; whoever has asked is gone.
    private static async Task<(UpstreamExchange Exchange, RawClient Waiting)> WaitAloneAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, params string[] fields)
    {
        const string Body = """{"id":"c"}""";
        var client = await gateway.BeginAsync("POST", "/api/chat", fields, Body);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(Body);
        var answer = Assert.Single(gateway.Answers().Answers);
        await Deadline.UntilAsync(() => answer.Chat is not null);
        client.Reset();
        await Deadline.UntilAsync(() => !answer.HasUsers, "the client to be gone");
        var waiting = await gateway.BeginAsync("GET", "/api/chat/c/stream", fields);
        await Deadline.UntilAsync(() => answer.HasUsers, "somebody to wait");
        return (exchange, waiting);
    }

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> AskAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, string body, params string[] fields)
    {
        var client = await gateway.ConnectAsync();
        await client.SendAsync(Bytes.Utf8(gateway.Head("POST", "/api/chat", [$"Content-Length: {Bytes.Utf8(body).Length}", .. fields]) + body));
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(Bytes.Text(Bytes.Utf8(body)));
        await exchange.StartStreamAsync();
        return (exchange, await client.ReadResponseAsync());
    }
}
