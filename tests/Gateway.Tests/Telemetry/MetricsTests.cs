using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Edge;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>Every metric of the table in docs/operating.md, as an operator's Prometheus reads it.</summary>
public sealed class MetricsTests
{
    private const string Relay = "{mode=\"relay\",route=\"upstream\"}";

    [Fact]
    public async Task A_streams_life_is_seen_while_it_lasts_and_afterwards()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin, "SseGateway:Heartbeat=0");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        await UntilAsync(gateway, "sse_gateway_streams_live" + Relay, 1);

        await exchange.SendAsync("data: a\n\n: no event\n\ndata: b\n\ndata: half");
        await response.ExpectAsync("data: a\n\n: no event\n\ndata: b\n\ndata: half");

        // An hour that must not be among the durations of requests.
        time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(gateway, "sse_gateway_bytes_total" + Relay, 40);
        await exchange.SendAsync("\n\n");
        await exchange.EndAsync();
        await response.ReadTextAsync();
        await UntilAsync(gateway, "sse_gateway_stream_lifetime_seconds_sum" + Relay, 3600);

        var metrics = await Exposition.ReadAsync(gateway);
        Assert.Equal(1, metrics["sse_gateway_streams_opened_total" + Relay]);
        Assert.Equal(1, metrics["sse_gateway_streams_closed_total{mode=\"relay\",reason=\"upstreamEnded\",route=\"upstream\"}"]);
        Assert.Equal(4, metrics["sse_gateway_frames_total" + Relay]);
        Assert.Equal(42, metrics["sse_gateway_bytes_total" + Relay]);
        Assert.Equal(1, metrics["sse_gateway_time_to_head_seconds_count" + Relay]);
        Assert.Equal(1, metrics["sse_gateway_time_to_first_event_seconds_count" + Relay]);
        Assert.Equal(0, metrics["sse_gateway_streams_live" + Relay]);
        Assert.Equal(0, metrics["sse_gateway_slowest_reader_wait_seconds" + Relay]);
        Assert.DoesNotContain(metrics.Samples, sample => sample.StartsWith("http_server_request_duration_seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waits_for_head_and_first_event_count_from_the_request()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin, "SseGateway:Heartbeat=0");
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await upstream.NextAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await exchange.StartStreamAsync();
        using var response = await client.ReadResponseAsync();
        await UntilAsync(gateway, "sse_gateway_time_to_head_seconds_sum" + Relay, 2);

        time.Advance(TimeSpan.FromSeconds(5));
        await exchange.SendAsync(": not yet");
        await response.ExpectAsync(": not yet");
        Assert.Null((await Exposition.ReadAsync(gateway))["sse_gateway_time_to_first_event_seconds_sum" + Relay]);
        await exchange.SendAsync("\n\n");
        await UntilAsync(gateway, "sse_gateway_time_to_first_event_seconds_sum" + Relay, 7);
    }

    [Fact]
    public async Task Ordinary_requests_have_their_durations()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var answer = await gateway.SendAsync("GET", "/page");

        await Deadline.UntilAsync(async () => (await Exposition.ReadAsync(gateway)).Samples.Any(sample =>
            sample.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_service_that_lets_its_status_be_chosen_makes_no_more_series_than_there_are_classes()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(int.Parse(exchange.Request.Target[1..], CultureInfo.InvariantCulture), "text/plain", "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        foreach (var status in new[] { 200, 201, 207, 299, 302, 307, 400, 404, 418, 499, 500, 507, 599, 600, 777, 999 })
        {
            using var answer = await gateway.SendAsync("GET", $"/{status}");
            Assert.Equal(status, answer.Status);
        }

        const string Count = "http_server_request_duration_seconds_count{";
        var labels = Array.Empty<string>();
        await Deadline.UntilAsync(async () => (labels = [.. (await Exposition.ReadAsync(gateway)).Samples
            .Where(sample => sample.StartsWith(Count, StringComparison.Ordinal))]).Length >= 5);
        Assert.DoesNotContain(labels, label => label.Contains("status_code", StringComparison.Ordinal));
        Assert.Equal(["2xx", "3xx", "4xx", "5xx", "other"], labels.Select(Class).Order(StringComparer.Ordinal).Distinct());
    }

    private static string Class(string sample) => Regex.Match(sample, "http_response_status_class=\"([^\"]*)\"").Groups[1].Value;

    [Fact]
    public async Task Heartbeats_are_counted()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin, "SseGateway:Heartbeat=5s");
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().State == StreamState.Open);

        time.Advance(TimeSpan.FromSeconds(16));
        await response.ExpectAsync(":\n");
        await Deadline.UntilAsync(async () => (await Exposition.ReadAsync(gateway))["sse_gateway_heartbeats_total" + Relay] >= 1);
        Assert.Equal(0, (await Exposition.ReadAsync(gateway))["sse_gateway_frames_total" + Relay]);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_seen_waiting_and_then_aborted()
    {
        var clock = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, clock, GatewayUnderTest.WithAdmin, "SseGateway:Heartbeat=0", "SseGateway:Timeouts:Write=30s");
        using var time = await SweptTime.StartAsync(gateway, clock);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;
        await time.OpenedAsync(1);
        var stream = Assert.Single(time.Streams);
        time.Stalled.Add(stream);
        var flood = FloodAsync(exchange);

        await time.PassUntilAsync(() => stream.WriteWaiting.TotalSeconds >= 5);
        await Deadline.UntilAsync(async () => (await Exposition.ReadAsync(gateway))["sse_gateway_slowest_reader_wait_seconds" + Relay] is >= 5 and < 30);

        await time.PassUntilAsync(() => stream.State != StreamState.Open);
        await UntilAsync(gateway, "sse_gateway_streams_closed_total{mode=\"relay\",reason=\"slow\",route=\"upstream\"}", 1);
        var after = await Exposition.ReadAsync(gateway);
        Assert.Equal(1, after["sse_gateway_write_deadline_aborts_total" + Relay]);
        Assert.Equal(0, after["sse_gateway_slowest_reader_wait_seconds" + Relay]);
        await flood;
    }

    [Fact]
    public async Task Another_destination_after_one_that_is_not_there_is_a_redial()
    {
        using var gone = new ClosedPort();
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("upstream", "{**path}", gone.Url, upstream.Url), GatewayUnderTest.WithAdmin,
            "ReverseProxy:Clusters:upstream:LoadBalancingPolicy=FirstAlphabetical");
        using var response = await gateway.OpenAsync();

        Assert.Equal(200, response.Status);
        await UntilAsync(gateway, "sse_gateway_upstream_redials_total{route=\"upstream\"}", 1);
    }

    [Theory]
    [InlineData("total", "SseGateway:Limits:Streams=1")]
    [InlineData("route", "SseGateway:Limits:StreamsPerRoute=1")]
    [InlineData("address", "SseGateway:Limits:StreamsPerAddress=1")]
    [InlineData("subject", "SseGateway:Limits:StreamsPerSubject=1")]
    [InlineData("rate", "SseGateway:Limits:ConnectsPerSecond=1", "SseGateway:Limits:ConnectBurst=1")]
    public async Task What_is_refused_is_counted_by_what_forbade_it(string limit, params string[] settings)
    {
        // The time stands still: a rate gives nothing back.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, [.. Tokens.RequireHs256(), GatewayUnderTest.WithAdmin, .. settings]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        var (_, open) = await gateway.OpenStreamAsync(upstream, "/events", ada);
        using (open)
        {
            using var refused = await gateway.OpenAsync("/other", ada);
            Assert.Equal(429, refused.Status);
            using var inBand = await gateway.OpenAsBrowserAsync("/other", ada);
            Assert.Equal(200, inBand.Status);
        }

        Assert.Equal(2, (await Exposition.ReadAsync(gateway))[Refused(limit)]);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_counted_as_refused()
    {
        using var nobody = new ClosedPort();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, GatewayUnderTest.WithAdmin, "SseGateway:Authentication:Mode=Required", $"SseGateway:Authentication:Jwt:Authority={nobody.Url}",
            $"SseGateway:Authentication:Jwt:Audience={Tokens.Audience}");
        using var refused = await gateway.OpenAsync("/events", $"Authorization: Bearer {TestToken.Rs256()}");

        Assert.Equal(503, refused.Status);
        Assert.Equal(1, (await Exposition.ReadAsync(gateway))[Refused("keys")]);
    }

    [Fact]
    public async Task A_stream_that_waits_for_its_head_when_its_subject_is_revoked_is_counted_as_refused()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256(), GatewayUnderTest.WithAdmin]);
        using var client = await gateway.BeginAsync(
            "GET", "/events", ["Accept: text/event-stream", $"Authorization: Bearer {Tokens.For("ada")}"]);
        await upstream.NextAsync();
        using var revoked = await gateway.Admin.PostAsJsonAsync("/revoke", new { subject = "ada" }, TestContext.Current.CancellationToken);
        using var response = await client.ReadResponseAsync();

        Assert.Equal(401, response.Status);
        Assert.Equal(1, (await Exposition.ReadAsync(gateway))[Refused("revoked")]);
    }

    [Theory]
    [InlineData("upstreamEnded")]
    [InlineData("upstreamFailed")]
    [InlineData("clientClosed")]
    [InlineData("revoked")]
    [InlineData("evicted")]
    [InlineData("expired")]
    [InlineData("lifetime")]
    public async Task What_is_over_is_counted_by_why(string reason)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time,
            [
                .. Tokens.RequireHs256(), GatewayUnderTest.WithAdmin, "SseGateway:Limits:StreamsPerSubject=1", "SseGateway:Limits:OnSubjectLimit=EvictOldest",
                $"SseGateway:Timeouts:Lifetime={(reason == "lifetime" ? "10s" : "0")}", "SseGateway:Heartbeat=0",
            ]);
        var ada = $"Authorization: Bearer {Tokens.For("ada")}";
        var (exchange, response) = await gateway.OpenEventSourceAsync(upstream, "/events", ada);
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().State == StreamState.Open);
        switch (reason)
        {
            case "upstreamEnded": await exchange.EndAsync(); break;
            case "upstreamFailed":
                exchange.Cut();
                await response.ReadToEndAsync();
                response.Dispose();
                break;
            case "clientClosed": response.Dispose(); break;
            case "revoked": await gateway.Admin.DeleteAsync($"/streams/{gateway.Streams.Streams.Single().Id}", TestContext.Current.CancellationToken); break;
            case "evicted": (await gateway.OpenEventSourceAsync(upstream, "/events", ada)).Response.Dispose(); break;
            case "expired":
                time.Advance(TimeSpan.FromHours(2));
                await response.ReadToEndAsync();
                response.Dispose();
                break;
            case "lifetime": time.Advance(TimeSpan.FromSeconds(12)); break;
        }

        await UntilAsync(gateway, $"sse_gateway_streams_closed_total{{mode=\"relay\",reason=\"{reason}\",route=\"upstream\"}}", 1);
        response.Dispose();
    }

    [Fact]
    public async Task A_drain_is_counted_on_both_sides()
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, GatewayUnderTest.WithAdmin, "SseGateway:DrainWindow=20s", "SseGateway:Heartbeat=0");
        var (_, first) = await gateway.OpenEventSourceAsync(upstream);
        var (_, second) = await gateway.OpenEventSourceAsync(upstream);
        await UntilAsync(gateway, "sse_gateway_streams_live" + Relay, 2);
        using var hurry = new CancellationTokenSource();

        // The time stands still: the first stream is due at once, and the gateway waits for the other one's turn.
        var stopping = gateway.BeginStop(hurry.Token);
        await Deadline.UntilAsync(() => gateway.Streams.Draining);
        using (var refused = await gateway.OpenAsync()) Assert.Equal(503, refused.Status);

        await UntilAsync(gateway, Refused("draining"), 1);
        await UntilAsync(gateway, "sse_gateway_streams_closed_total{mode=\"relay\",reason=\"drained\",route=\"upstream\"}", 1);
        await UntilAsync(gateway, "sse_gateway_streams_live" + Relay, 1);
        await hurry.CancelAsync();
        await stopping;
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task A_gateway_beside_this_one_counts_for_itself()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        await using var other = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var (_, response) = await gateway.OpenStreamAsync(upstream);
        using var open = response;

        await UntilAsync(gateway, "sse_gateway_streams_live" + Relay, 1);
        Assert.DoesNotContain((await Exposition.ReadAsync(other)).Samples, sample => sample.StartsWith("sse_gateway_streams", StringComparison.Ordinal));
    }

    private static string Refused(string limit) => $"sse_gateway_streams_refused_total{{limit=\"{limit}\",route=\"upstream\"}}";

    private static Task UntilAsync(GatewayUnderTest gateway, string sample, double value) => Deadline.UntilAsync(
        async () => (await Exposition.ReadAsync(gateway))[sample] is { } seen && Math.Abs(seen - value) < 0.001, $"{sample} to be {value}");

    // More than the sockets between here and there hold, until it is cut off.
    private static async Task FloodAsync(UpstreamExchange exchange)
    {
        var frame = $"data: {new string('x', 64 * 1024)}\n\n";
        try
        {
            for (var i = 0; i < 2000; i++) await exchange.SendAsync(frame);
        }
        catch (IOException)
        {
        }
        catch (System.Net.Sockets.SocketException)
        {
        }
    }
}
