using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>The two lines of a stream's life.</summary>
public sealed class StreamLogTests
{
    [Fact]
    public async Task One_line_when_it_opens_and_one_when_it_closes_and_no_secret_in_them()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, time, [.. Tokens.RequireHs256(), "SseGateway:Authentication:Carriers:Query=token", "SseGateway:Heartbeat=0"]);
        var token = Tokens.For("ada");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, $"/events/7?token={token}&key=S3cret");
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Single().State == StreamState.Open);
        var id = gateway.Streams.Streams.Single().Id;
        time.Advance(TimeSpan.FromMilliseconds(2500));
        await exchange.SendAsync("data: a\n\n");
        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();
        await gateway.DisposeAsync();

        var lines = gateway.Log.Lines.Where(line => line.Contains("StreamLog", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(
            $"Information SseGateway.Streams.Telemetry.StreamLog[150] stream {id} opened: route upstream, path /events/7, mode relay, "
                + "address 127.0.0.1, subject ada ",
            lines[0],
            StringComparison.Ordinal);
        Assert.StartsWith(
            $"Information SseGateway.Streams.Telemetry.StreamLog[151] stream {id} closed: upstreamEnded after 2.500 s, 1 frames, 9 bytes, route upstream, "
                + "path /events/7, subject ada ",
            lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("S3cret", StringComparison.Ordinal));

        // Of the access log it would be a third one.
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("AccessLog", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/rooms/{room}/events", "/rooms/S3cret/events", "/rooms/{room}/events")]
    [InlineData("rooms/{room:alpha}/{kind}", "/rooms/S/cret", "/rooms/{room:alpha}/{kind}")]
    [InlineData("/rooms/{**rest}", "/rooms/%0aeverything/7", "/rooms/%0aeverything/7")]
    public async Task Path_is_the_routes_template_where_there_is_one(string template, string target, string path)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("rooms", template, upstream.Url), GatewayUnderTest.WithAdmin);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, target + "?a=1");

        var listed = await gateway.Admin.GetStringAsync("/streams", TestContext.Current.CancellationToken);
        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();
        await gateway.DisposeAsync();

        Assert.Contains($"\"path\":\"{path}\"", listed, StringComparison.Ordinal);
        var lines = gateway.Log.Lines.Where(line => line.Contains("StreamLog", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains($" route rooms, path {path}, ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("S3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_stream_has_a_line_of_the_access_log_alone()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, "SseGateway:Limits:ConnectsPerSecond=1", "SseGateway:Limits:ConnectBurst=1");
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using (var refused = await gateway.OpenAsync()) Assert.Equal(429, refused.Status);
        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();
        await gateway.DisposeAsync();

        Assert.Single(gateway.Log.Lines, line => line.Contains("AccessLog[100] GET /events 429", StringComparison.Ordinal));
        Assert.Equal(2, gateway.Log.Lines.Count(line => line.Contains("StreamLog", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ada\u2028Information forged")]
    [InlineData("ada\u202eda")]
    [InlineData("ada\u200bda")]
    public async Task Subject_makes_no_second_line_and_turns_nothing_around(string subject)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For(subject)}");
        await exchange.EndAsync();
        await response.ReadTextAsync();
        response.Dispose();
        await gateway.DisposeAsync();

        var lines = gateway.Log.Lines.Where(line => line.Contains("StreamLog", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains("subject ada\\u2", line, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(subject, StringComparison.Ordinal));
    }
}
