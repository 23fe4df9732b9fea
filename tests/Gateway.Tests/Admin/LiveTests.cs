using System.Net;
using System.Text.Json;
using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Admin.Live;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>The stream that the operator's page reads, and the page's files.</summary>
public sealed class LiveTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_second_says_what_there_is()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var feed = gateway.Services.GetRequiredService<LiveFeed>();
        using var events = await OpenAsync(gateway);
        Assert.Equal("history", (await events.NextAsync()).Type);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("data: 1\n\n");
        await response.ExpectAsync("data: 1\n\n");

        await events.UntilAsync(feed, second => Value(second, "streams.live", "relay") == 1 && Value(second, "frames", "relay") == 1);
        var seen = await events.UntilAsync(feed, second => second.GetProperty("point")[1].GetDouble() == 1);
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("drain").ValueKind);
        var service = Assert.Single(seen.GetProperty("upstreams").EnumerateArray());
        Assert.True(service.GetProperty("available").GetBoolean());
        Assert.False(service.GetProperty("checked").GetBoolean());

        response.Client.Dispose();
        await events.UntilAsync(feed, second => Value(second, "streams.live", "relay") == 0 && Value(second, "streams.closed", "relay") == 1);
        gateway.Streams.Drain();
        var draining = await events.UntilAsync(feed, second => second.GetProperty("drain").ValueKind == JsonValueKind.Object);
        Assert.Equal(0, draining.GetProperty("drain").GetProperty("streams").GetInt32());
    }

    [Fact]
    public async Task Each_second_says_which_shared_streams_there_are_and_how_their_upstreams_are()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [GatewayUnderTest.WithAdmin, .. Share.With("LogBytes=65536")]);
        var feed = gateway.Services.GetRequiredService<LiveFeed>();
        using var events = await OpenAsync(gateway);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/rooms/7?secret=1");
        using var second = await gateway.OpenAsync("/rooms/7?secret=1");
        await exchange.SendAsync("data: 1\n\n");
        await first.ExpectAsync("data: 1\n\n");

        var seen = await events.UntilAsync(feed, data => Shared(data) is [var one] && one.GetProperty("clients").GetInt32() == 2);
        var shared = Assert.Single(Shared(seen));
        Assert.Equal(("upstream", "/rooms/7", "open"), (Text(shared, "route"), Text(shared, "path"), Text(shared, "upstream")));
        Assert.InRange(shared.GetProperty("retained").GetInt64(), 1, 65536);
        Assert.Equal(65536, shared.GetProperty("most").GetInt64());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("fleet").ValueKind);

        exchange.Reset();
        await events.UntilAsync(feed, data => Shared(data) is [var one] && Text(one, "upstream") is "away" or "dialling");
        var again = await upstream.NextAsync();
        await again.StartStreamAsync();
        await events.UntilAsync(feed, data => Shared(data) is [var one] && Text(one, "upstream") == "open");
        await again.EndAsync();
        await events.UntilAsync(feed, data => Shared(data) is [var one] && Text(one, "upstream") == "resting");
        first.Dispose();
    }

    [Fact]
    public async Task Who_comes_later_gets_the_seconds_before_and_no_more_than_are_kept()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var feed = gateway.Services.GetRequiredService<LiveFeed>();
        for (var second = 0; second < LiveFeed.Kept + 5; second++) feed.Sweep();

        using var events = await OpenAsync(gateway);
        var history = await events.NextAsync();

        var points = history.Data.EnumerateArray().Select(point => point[0].GetInt64()).ToArray();
        Assert.Equal(LiveFeed.Kept, points.Length);
        Assert.Equal(points.Order(), points);
    }

    [Fact]
    public async Task Who_comes_later_knows_what_had_been_counted_minutes_before()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin);
        var feed = gateway.Services.GetRequiredService<LiveFeed>();
        feed.Sweep();
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.EndAsync();
        response.Dispose();
        await Deadline.UntilAsync(() => gateway.Streams.Count == 0);
        using var early = await OpenAsync(gateway);
        Assert.Equal(0, await ClosedBeforeAsync(early));

        // One sweep is made with every second that passes.
        for (var second = 0; second < 400; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            feed.Sweep();
        }

        using var late = await OpenAsync(gateway);
        Assert.Equal(1, await ClosedBeforeAsync(late));

        static async Task<double> ClosedBeforeAsync(LiveEvents events)
        {
            Assert.Equal("history", (await events.NextAsync()).Type);
            var (type, past) = await events.NextAsync();
            Assert.Equal("past", type);
            return Value(past, "streams.closed", "relay");
        }
    }

    [Fact]
    public async Task Seventeenth_page_is_refused_and_one_that_is_closed_makes_room()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var feed = gateway.Services.GetRequiredService<LiveFeed>();
        var pages = new List<LiveEvents>();
        for (var page = 0; page < 16; page++) pages.Add(await OpenAsync(gateway));

        using (var refused = await gateway.Admin.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Test))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        pages[0].Dispose();
        await Deadline.UntilAsync(async () =>
        {
            feed.Sweep();
            using var answer = await gateway.Admin.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, Test);
            return answer.StatusCode == HttpStatusCode.OK;
        }, "a place");
        pages.ForEach(page => page.Dispose());
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/live.js", "text/javascript")]
    [InlineData("/charts.js", "text/javascript")]
    [InlineData("/streams.js", "text/javascript")]
    [InlineData("/details.js", "text/javascript")]
    [InlineData("/live.css", "text/css")]
    public async Task Page_asks_no_other_host_and_can_be_framed_by_none(string path, string type)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var answer = await gateway.Admin.GetAsync(path, Test);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("https?://(?!www\\.w3\\.org/2000/svg)", await answer.Content.ReadAsStringAsync(Test));
    }

    private static async Task<LiveEvents> OpenAsync(GatewayUnderTest gateway) => new(await gateway.Admin.GetStreamAsync("/live", Test));

    private static JsonElement[] Shared(JsonElement second) => [.. second.GetProperty("shared").EnumerateArray()];

    private static string? Text(JsonElement one, string name) => one.GetProperty(name).GetString();

    private static double Value(JsonElement second, string name, string mode) => second.GetProperty("values").EnumerateArray()
        .Where(value => value.GetProperty("name").GetString() == name && value.TryGetProperty("mode", out var of) && of.GetString() == mode)
        .Sum(value => value.GetProperty("value").GetDouble());

    private sealed class LiveEvents(Stream stream) : IDisposable
    {
        private readonly IAsyncEnumerator<System.Net.ServerSentEvents.SseItem<string>> _items =
            System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(Test).GetAsyncEnumerator(Test);

        public async Task<(string Type, JsonElement Data)> NextAsync()
        {
            Assert.True(await Deadline.ForAsync(_items.MoveNextAsync().AsTask(), "an event"));
            return (_items.Current.EventType, JsonDocument.Parse(_items.Current.Data).RootElement);
        }

        // The gateway's own second is waited for no longer than it takes.
        public async Task<JsonElement> UntilAsync(LiveFeed feed, Func<JsonElement, bool> wanted)
        {
            while (true)
            {
                feed.Sweep();
                if (await NextAsync() is { Type: "second" } second && wanted(second.Data))
                {
                    return second.Data;
                }
            }
        }

        public void Dispose() => stream.Dispose();
    }
}
