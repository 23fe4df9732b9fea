using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Streams.Dialects;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Harness.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>What each kind of client finds at the end of its stream, and before it, whoever ends it and why.</summary>
public sealed class EndingTests
{
    private const string Expiring = "event: gateway.expiring\n";
    private const string Retry = "retry: ";

    private const string BrokenOff = "data: {\"error\":{\"message\":\"The service broke off in the middle of its answer\",\"type\":\"server_error\","
        + "\"param\":null,\"code\":\"gateway_upstream_failed\"}}\n\n";

    // The tokens of the tests are issued by the machine's clock.
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private readonly FakeTimeProvider _time = new(Start);

    public static MatrixTheoryData<string, string> Ends => new(
        ["Chromium", "EventSource", "MCP", "durable-streams", "who asks", "fetch", "httpx-sse", "fetch-event-source", "openai retrieve", "SignalR", "curl",
            "POST", "POST that asks"],
        ["drained", "lifetime", "expired", "revoked"]);

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_gateways_own_end_is_clean_for_those_who_come_back_by_it_and_a_cut_for_everybody_else(string who, string why)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, why);
        var (exchange, response) = await OpenAsync(gateway, upstream, who, Token);
        var frame = who == "durable-streams" ? "event: control\ndata: {}\n\n" : "data: a\n\n";
        await exchange.SendAsync(frame);
        await response.ExpectAsync(frame);

        var told = who is "Chromium" or "EventSource" or "who asks" || (who == "POST that asks" && why == "expired");
        var stopping = await EndAsync(gateway, why, told ? frame.Length : null);
        var (rest, ending) = await response.ReadToEndAsync();
        response.Dispose();
        await exchange.WaitForPeerCloseAsync();
        await PassAsync(stopping);
        await Deadline.UntilAsync(
            () => gateway.Log.Lines.Any(line => line.Contains($" closed: {why} after ", StringComparison.Ordinal)), "the line of the end");

        var text = Bytes.Text(rest);
        Assert.Equal(told && why == "expired", text.Contains(Expiring, StringComparison.Ordinal));
        var (retries, clean) = who switch
        {
            "Chromium" or "EventSource" or "who asks" or "MCP" => (why != "revoked", true),
            "durable-streams" => (false, true),
            _ => (false, false),
        };
        Assert.Equal((who, retries, clean), (who, text.Contains(Retry, StringComparison.Ordinal), ending == BodyEnding.Clean));
        if (who is "openai retrieve" or "POST" or "POST that asks")
        {
            Assert.Contains($"\"code\":\"gateway_{why}\"", text, StringComparison.Ordinal);
        }
        else if (!told && !retries)
        {
            Assert.Equal("", text);
        }
    }

    [Theory]
    [InlineData("Chromium", true, true)]
    [InlineData("who asks", true, true)]
    [InlineData("durable-streams", false, true)]
    [InlineData("fetch", false, false)]
    [InlineData("httpx-sse", false, false)]
    public async Task Clients_of_a_shared_stream_that_is_given_up_are_sent_away_each_in_its_way(string who, bool retries, bool clean)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await OpenAsync(gateway, upstream, who);
        var frame = who == "durable-streams" ? "event: control\ndata: {}\n\n" : Share.Event(1);
        await exchange.SendAsync(frame);
        await response.ExpectAsync(frame);
        exchange.Cut();
        await (await upstream.NextAsync()).AnswerAsync(404, "text/plain", "");

        var (rest, ending) = await response.ReadToEndAsync();
        response.Dispose();
        Assert.Equal((retries, clean), (Bytes.Text(rest).StartsWith(Retry, StringComparison.Ordinal), ending == BodyEnding.Clean));
    }

    /// <summary>Also for one that is told of nothing else: events that are missing in silence are worse than an event it does not know.</summary>
    [Theory]
    [InlineData("Chromium")]
    [InlineData("durable-streams")]
    [InlineData("fetch")]
    [InlineData("httpx-sse")]
    public async Task Every_client_of_a_shared_stream_is_told_of_a_gap_and_only_readers_of_retry_of_the_upstreams_wish(string who)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With("OnGap=Live"));
        var (exchange, first) = await OpenAsync(gateway, upstream, who);
        await exchange.SendAsync("retry: 1234\n\n" + Share.Event(1));
        await first.ExpectAsync("retry: 1234\n\n" + Share.Event(1));

        var (_, target, fields) = Clients.Of(who);
        using var joined = await gateway.SendAsync("GET", target, [.. fields, "Last-Event-ID: nobody's"]);
        await exchange.SendAsync(Share.Event(2));
        var retry = who == "Chromium" ? "retry: 1234\n\n" : "";
        await joined.ExpectAsync("gap", retry + Share.Gap("nobody's", null, "unknown") + Share.Event(2));
        first.Dispose();
    }

    /// <summary>Half an answer stays half an answer, for whoever reads it.</summary>
    [Theory]
    [InlineData("Chromium")]
    [InlineData("MCP")]
    [InlineData("durable-streams")]
    [InlineData("fetch")]
    [InlineData("POST")]
    public async Task Cut_of_the_upstream_is_a_cut_and_its_clean_end_a_clean_one_for_everybody(string who)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (cut, half) = await OpenAsync(gateway, upstream, who);
        await cut.SendAsync("data: a\n\n");
        cut.Cut();
        await half.ExpectAbortAsync(who == "POST" ? "data: a\n\n" + BrokenOff : "data: a\n\n");
        half.Dispose();

        var (end, whole) = await OpenAsync(gateway, upstream, who);
        await end.SendAsync("data: a\n\n");
        await end.EndAsync();
        await whole.ExpectEndAsync("data: a\n\n", BodyEnding.Clean);
        whole.Dispose();
    }

    [Theory]
    [InlineData("EventSource", true)]
    [InlineData("who asks", true)]
    [InlineData("durable-streams", true)]
    [InlineData("fetch", false)]
    [InlineData("POST", false)]
    public async Task Over_http2_it_is_the_same_by_an_end_or_a_reset_of_the_one_stream(string who, bool clean)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. GatewayUnderTest.Http2Endpoint, "SseGateway:Heartbeat=0"]);
        using var client = gateway.CreateHttp2Client();
        var (method, target, fields) = Clients.Of(who);
        using var request = new HttpRequestMessage(new HttpMethod(method), target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var field in fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(field[..colon], field[(colon + 2)..]);
        }

        var asking = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        using var response = await Deadline.ForAsync(asking, "the head");
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().State == StreamState.Open);
        gateway.Streams.End(_ => true, CloseReason.Revoked);

        var reading = response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => reading.IsCompleted);
        Assert.Equal(clean, reading.IsCompletedSuccessfully);
        Assert.True(clean || reading.Exception?.InnerException?.GetBaseException() is HttpProtocolException { ErrorCode: 2 });
    }

    [Fact]
    public async Task Answer_that_names_its_next_offset_is_a_durable_streams_one_and_ends_cleanly()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var client = await gateway.BeginAsync("GET", "/stream", ["Accept: */*"]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync("Stream-Next-Offset: 00_16");
        using var response = await client.ReadResponseAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().State == StreamState.Open);

        await gateway.Admin.DeleteAsync($"/streams/{gateway.Streams.Streams.Single().Id}", TestContext.Current.CancellationToken);
        await response.ExpectEndAsync("", BodyEnding.Clean);
    }

    /// <summary>Its client would ask for the same data again: each is followed by its next offset.</summary>
    [Fact]
    public async Task Durable_stream_ends_after_the_control_event_of_the_data_under_way()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await OpenAsync(gateway, upstream, "durable-streams");
        await exchange.SendAsync("event: data\ndata: a\n\n");
        await response.ExpectAsync("event: data\ndata: a\n\n");
        gateway.Streams.End(_ => true, CloseReason.Lifetime);
        await exchange.SendAsync("event: control\ndata: {\"streamNextOffset\":\"1\"}\n\nevent: data\ndata: b\n\n");
        await response.ExpectEndAsync("event: control\ndata: {\"streamNextOffset\":\"1\"}\n\n", BodyEnding.Clean);
        response.Dispose();
    }

    [Theory]
    [InlineData(nameof(CloseReason.Lifetime))]
    [InlineData(nameof(CloseReason.Drained))]
    public async Task Shared_durable_stream_ends_for_each_client_after_the_control_event_of_the_data_it_has(string reason)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, first) = await OpenAsync(gateway, upstream, "durable-streams");
        await exchange.SendAsync("event: data\ndata: a\n\n");
        await first.ExpectAsync("event: data\ndata: a\n\n");
        var (_, target, fields) = Clients.Of("durable-streams");
        using var second = await gateway.SendAsync("GET", target, fields);
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream is { State: StreamState.Open, Mode: StreamMode.Shared }) == 2);

        // The second one has no data yet.
        gateway.Streams.End(_ => true, Enum.Parse<CloseReason>(reason));
        await second.ExpectEndAsync("", BodyEnding.Clean);
        await exchange.SendAsync("event: control\ndata: {\"streamNextOffset\":\"1\"}\n\nevent: data\ndata: b\n\n");
        await first.ExpectEndAsync("event: control\ndata: {\"streamNextOffset\":\"1\"}\n\n", BodyEnding.Clean);
        first.Dispose();
    }

    /// <summary>Then nothing is waited for: it has the end that the upstream made, or a cut.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shared_durable_stream_whose_control_event_does_not_come_ends_with_its_upstream(bool clean)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, Share.With());
        var (exchange, response) = await OpenAsync(gateway, upstream, "durable-streams");
        await exchange.SendAsync("event: data\ndata: a\n\n");
        await response.ExpectAsync("event: data\ndata: a\n\n");
        if (clean)
        {
            await exchange.EndAsync();
            await response.ExpectEndAsync("", BodyEnding.Clean);
        }
        else
        {
            // As a session in it does: it is given up.
            await exchange.SendAsync("event: endpoint\ndata: x\n\n");
            await response.ExpectAbortAsync("");
        }

        response.Dispose();
    }

    private static string Token
    {
        get
        {
            var claims = Tokens.Claims();
            claims["iat"] = Start.ToUnixTimeSeconds();
            claims["exp"] = Start.ToUnixTimeSeconds() + 60;
            return $"Authorization: Bearer {Tokens.Hs256(claims)}";
        }
    }

    private Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, string why) => GatewayUnderTest.StartAsync(
        upstream, _time,
        [
            .. Tokens.RequireHs256("SseGateway:Authentication:Jwt:ClockSkew=0"), "SseGateway:Heartbeat=0",
            "SseGateway:Timeouts:Write=10m", // no leap of the time is a client that does not read
            $"SseGateway:Timeouts:Lifetime={(why == "lifetime" ? "10s" : "0")}",
        ]);

    private static async Task<(UpstreamExchange Exchange, RawResponse Response)> OpenAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, string who, params string[] more)
    {
        var (method, target, fields) = Clients.Of(who);
        var client = await gateway.BeginAsync(method, target, [.. fields, .. more]);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);

        // The client has the head a moment before the gateway knows.
        await Deadline.UntilAsync(() => gateway.Streams.Streams.All(stream => stream.State == StreamState.Open));
        return (exchange, response);
    }

    // Whoever is told of the end is told after what has been sent.
    private async Task<Task> EndAsync(GatewayUnderTest gateway, string why, int? sent)
    {
        switch (why)
        {
            case "drained":
                return gateway.BeginStop(CancellationToken.None);
            case "revoked":
                gateway.Streams.End(_ => true, CloseReason.Revoked);
                break;
            case "lifetime":
                await SweptAsync(TimeSpan.FromSeconds(12));
                break;
            default:
                var stream = gateway.Streams.Streams.Single();
                await SweptAsync(TimeSpan.FromSeconds(31));
                if (sent is { } bytes) await Deadline.UntilAsync(() => stream.Bytes > bytes, "word of the end to come");
                await SweptAsync(TimeSpan.FromSeconds(30));
                break;
        }

        return Task.CompletedTask;
    }

    // The sweep comes in the background.
    private async Task SweptAsync(TimeSpan time)
    {
        _time.Advance(time);
        await Task.Yield();
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private Task PassAsync(Task stopping) => Deadline.UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return stopping.IsCompleted;
    });
}
