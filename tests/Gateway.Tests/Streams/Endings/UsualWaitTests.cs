using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>An EventSource keeps the last <c>retry</c> it was told: a long one of a refusal must not hold for every later loss.</summary>
public sealed partial class UsualWaitTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(false, "", "retry: 3000\n\n")]
    [InlineData(true, "", "retry: 3000\n\n")]
    [InlineData(true, "retry: 210\n\n", "retry: 210\n\n")]
    public async Task Next_stream_of_a_refused_client_tells_it_the_usual_time(bool shared, string upstreams, string expected)
    {
        await using var upstream = ScriptedUpstream.Start();
        string[] settings =
            ["SseGateway:Limits:StreamsPerAddress=2", "SseGateway:Limits:RetryAfter=20s", "SseGateway:Heartbeat=0", .. shared ? Share.With() : []];
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, settings);
        using var time = await SweptTime.StartAsync(gateway, _time);
        var (exchange, first) = await gateway.OpenEventSourceAsync(upstream);
        await exchange.SendAsync(upstreams + "data: a\n\n");
        await first.ExpectAsync(upstreams + "data: a\n\n");
        var second = await OpenAsync(gateway, upstream, shared);
        int wait;
        using (var refused = await gateway.OpenAsEventSourceAsync())
        {
            var text = await refused.ReadTextAsync();
            Assert.Contains("gateway.refused", text, StringComparison.Ordinal);
            wait = int.Parse(Wait().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        }

        second.Response.Dispose();
        await Deadline.UntilAsync(() => gateway.Limiter.Entries > 0 && time.Streams.Count() == 1);
        await time.PassAsync((wait / 1000) + 1);

        var (next, again) = await OpenAsync(gateway, upstream, shared);
        await (next ?? exchange).SendAsync("data: b\n\n");
        await again.ExpectAsync(expected + "data: b\n\n");
        first.Dispose();
        again.Dispose();
    }

    [Fact]
    public async Task Who_was_not_sent_away_or_only_for_a_moment_is_told_nothing()
    {
        await using var open = await Deadlines.SweptStream.OpenEventSourceAsync("SseGateway:Heartbeat=0");
        var (time, exchange, response) = open;
        Assert.Single(time.Streams).SendAway(TimeSpan.FromSeconds(4));
        await time.PassAsync(5);
        Assert.Null(Assert.Single(time.Streams).UsualWait);
        Assert.Single(time.Streams).SendAway(TimeSpan.FromSeconds(40));
        Assert.Null(Assert.Single(time.Streams).UsualWait);
        await time.PassAsync(41);
        Assert.NotNull(Assert.Single(time.Streams).UsualWait);
        await time.PassAsync(200);
        Assert.Null(Assert.Single(time.Streams).UsualWait);
        await exchange.SendAsync("data: a\n\n");
        await response.ExpectAsync("data: a\n\n");
    }

    // A shared stream's next client has no exchange of its own.
    private static async Task<(UpstreamExchange? Exchange, RawResponse Response)> OpenAsync(
        GatewayUnderTest gateway, ScriptedUpstream upstream, bool shared) =>
        shared ? (null, await gateway.OpenAsEventSourceAsync()) : await gateway.OpenEventSourceAsync(upstream);

    [GeneratedRegex("\"retryMs\":([0-9]+)")]
    private static partial Regex Wait();
}
