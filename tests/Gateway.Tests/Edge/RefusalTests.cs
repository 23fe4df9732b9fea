using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Tests.Client;
using Xunit;

namespace Gateway.Tests.Edge;

/// <summary>How a refused stream is told, so that a browser's EventSource comes back by itself.</summary>
public sealed partial class RefusalTests
{
    public static TheoryData<string, string, string, bool> Clients => new()
    {
        { "Chromium's EventSource", "GET", string.Join("\r\n", Browser.EventSourceFields), true },
        { "EventSource on plain http, where Sec-Fetch is missing", "GET", "Accept: text/event-stream\r\nCache-Control: no-cache\r\nUser-Agent: Mozilla/5.0",
            true },
        { "an EventSource library that keeps to the standard", "GET", "Accept: text/event-stream\r\nCache-Control: no-cache", true },
        { "a script's fetch for events only", "GET", "Accept: text/event-stream\r\nSec-Fetch-Mode: cors\r\nUser-Agent: Mozilla/5.0", false },
        { "httpx-sse", "GET", "Accept: text/event-stream\r\nCache-Control: no-store", false },
        { "curl", "GET", "Accept: text/event-stream\r\nUser-Agent: curl/8.0", false },
        { "a program with an origin", "GET", "Accept: text/event-stream\r\nOrigin: https://app.example", false },
        { "a client of two types", "GET", "Accept: application/json, text/event-stream\r\nSec-Fetch-Mode: cors", false },
        { "a POST", "POST", string.Join("\r\n", Browser.EventSourceFields), false },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Automatically_an_event_source_is_refused_in_band_and_others_by_status(string who, string method, string fields, bool inBand)
    {
        await using var host = await StartAsync();
        using var stream = await FillAsync(host);
        using var refused = await host.SendAsync(method, "/a/x", fields);
        Assert.Equal((who, inBand ? 200 : 429), (who, refused.Status));
    }

    [Fact]
    public async Task An_in_band_refusal_is_one_named_event_with_a_jittered_retry_and_no_id()
    {
        await using var host = await StartAsync("Limits:RetryAfter=4s");
        using var stream = await FillAsync(host);
        var waits = new HashSet<int>();
        for (var i = 0; i < 8; i++)
        {
            using var refused = await host.SendAsync("GET", "/a/x", Browser.EventSourceFields);
            Assert.Equal("text/event-stream", refused.Head.Value("Content-Type"));
            Assert.Equal("no-store", refused.Head.Value("Cache-Control"));
            var body = await refused.ReadTextAsync();
            var match = Frame().Match(body);
            Assert.True(match.Success, body);
            Assert.Equal(match.Groups["retry"].Value, match.Groups["ms"].Value);
            waits.Add(int.Parse(match.Groups["retry"].Value, CultureInfo.InvariantCulture));
        }

        Assert.All(waits, wait => Assert.InRange(wait, 4000, 8000));
        Assert.True(waits.Count > 1, "All clients were told the same time to come back.");
    }

    [Theory]
    [InlineData("Status", "GET", 429)]
    [InlineData("InBand", "GET", 200)]
    [InlineData("InBand", "POST", 200)]
    public async Task A_route_may_settle_how_it_refuses(string mode, string method, int status)
    {
        await using var host = await StartAsync($"Routes:a:Refusal={mode}");
        using var stream = await FillAsync(host);
        using var browser = await host.SendAsync(method, "/a/x", Browser.EventSourceFields);
        using var program = await host.SendAsync(method, "/a/x", "Accept: text/event-stream");
        Assert.Equal((status, status), (browser.Status, program.Status));
    }

    private static async Task<EdgeHost> StartAsync(params string[] settings)
    {
        var host = await EdgeHost.StartAsync(["Limits:Streams=1", .. settings]);
        host.UpstreamStreams();
        return host;
    }

    // The caller holds the stream: one that nobody refers to is closed by its finaliser, and the place is free again.
    private static async Task<RawResponse> FillAsync(EdgeHost host)
    {
        var stream = await host.SendAsync("GET", "/a/x", "Accept: text/event-stream");
        Assert.Equal(200, stream.Status);
        return stream;
    }

    [GeneratedRegex("^event: gateway.refused\nretry: (?<retry>[0-9]+)\ndata: \\{\"reason\":\"limit\",\"retryMs\":(?<ms>[0-9]+)\\}\n\n$")]
    private static partial Regex Frame();
}
