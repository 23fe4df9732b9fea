using System.Globalization;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Soak;

/// <summary>Streams come and go by the thousand, and the gateway as its users run it is what it was.</summary>
public sealed class ConnectAndCloseTests
{
    private const int Cycles = 10_000;
    private const int WarmUp = 2_000;
    private const int Clients = 16;
    private const int Places = 100;
    private const string Event = "data: x\n\n";

    // Each as often as the others.
    private static readonly string[] Ends = ["client leaves", "client resets", "upstream ends", "upstream resets"];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_streams_leave_no_memory_no_handle_and_no_count_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory and handles are read from /proc.");
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(ServeAsync);
        await using var gateway = GatewayProcess.Start(
            "--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0",
            $"--SseGateway:Limits:Streams={Places}", $"--SseGateway:Limits:StreamsPerAddress={Places}");
        using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync(), Timeout = Deadline.Limit };

        // What is made once (code, pools, the heap's working room) is made by then.
        await CycleAsync(gateway, WarmUp);
        await UntilAllAreClosedAsync(admin, WarmUp);
        var before = Footprint.Of(gateway.Id);
        await CycleAsync(gateway, Cycles - WarmUp);

        await UntilAllAreClosedAsync(admin, Cycles);
        var after = before;
        await Deadline.UntilAsync(
            async () =>
            {
                Assert.Equal("live\n", await admin.GetStringAsync("/healthz/live", Test));
                return (after = Footprint.Of(gateway.Id)).IsBackAt(before);
            },
            $"{before} again");
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} -> {after}");

        // As many places as there were: none lost, none given back twice.
        var open = new List<RawResponse>();
        for (var i = 0; i < Places; i++) open.Add(await OpenAsync(gateway, "client leaves"));
        using (var client = await gateway.ConnectAsync())
        {
            await client.SendAsync("GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n");
            Assert.Equal(429, (await client.ReadResponseAsync()).Status);
        }
        open.ForEach(response => response.Dispose());
    }

    /// <summary>Waits until the gateway has counted every stream as closed, by the reason it had, and lists none.</summary>
    private static Task UntilAllAreClosedAsync(HttpClient admin, int cycles)
        => Deadline.UntilAsync(
            async () =>
            {
                var metrics = await admin.GetStringAsync("/metrics", Test);
                return (Sum("streams_live"), Sum("streams_opened_total")) == (0, cycles)
                    && Sum("streams_closed_total", "clientClosed") == cycles / 2
                    && Sum("streams_closed_total", "upstreamEnded") == cycles / 4
                    && Sum("streams_closed_total", "upstreamFailed") == cycles / 4
                    && await admin.GetStringAsync("/streams", Test) == """{"total":0,"streams":[],"next":null}""";

                long Sum(string name, string label = "") => metrics.Split('\n')
                    .Where(line => line.StartsWith("sse_gateway_" + name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
                    .Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
            },
            $"{cycles} streams to be closed and counted");

    /// <summary>Opens so many streams, a few at a time, and ends each of them after its first event.</summary>
    private static async Task CycleAsync(GatewayProcess gateway, int cycles)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i <= cycles; i = Interlocked.Increment(ref next)) await OneAsync(Ends[i % Ends.Length]);
        }));

        async Task OneAsync(string end)
        {
            using var response = await OpenAsync(gateway, end);
            await response.ExpectAsync(Event);
            switch (end)
            {
                case "client leaves":
                    response.Client.Leave();
                    break;
                case "client resets":
                    response.Client.Reset();
                    break;
                default:
                    Assert.Equal(end == "upstream ends", (await response.ReadToEndAsync()).Ending == BodyEnding.Clean);
                    break;
            }
        }
    }

    /// <summary>Opens a stream. The places of streams before may still be on their way back; a place that is lost never comes.</summary>
    private static async Task<RawResponse> OpenAsync(GatewayProcess gateway, string end)
    {
        RawResponse? open = null;
        await Deadline.UntilAsync(
            async () =>
            {
                var client = await gateway.ConnectAsync();
                await client.SendAsync($"GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\nX-End: {end}\r\n\r\n");
                var response = await client.ReadResponseAsync();
                if (response.Status == 200)
                {
                    open = response;
                    return true;
                }
                Assert.Equal(429, response.Status);
                response.Dispose();
                return false;
            },
            "a place for a stream");
        return open!;
    }

    private static async Task ServeAsync(UpstreamExchange exchange)
    {
        await exchange.StartStreamAsync("Connection: close");
        await exchange.SendAsync(Event);
        switch (exchange.Request.Value("X-End"))
        {
            case "upstream ends":
                await exchange.EndAsync();
                break;
            case "upstream resets":
                exchange.Reset();
                break;
            default:
                await exchange.WaitForPeerCloseAsync();
                break;
        }
        exchange.Abandon();
    }
}
