using System.Net;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Executable.Limits;

/// <summary>The program with little memory (a container of 170 MB gives .NET a heap of 128 MB) and clients that would have it hold more.</summary>
[Collection<Crowds>]
public sealed class MemoryLimitTests
{
    private static readonly Dictionary<string, string> Heap = new() { ["DOTNET_GCHeapHardLimit"] = "0x8000000", ["SseGateway__WarmUp"] = "false" };

    /// <summary>They read nothing, and are sent more than the kernel takes.</summary>
    [Theory]
    [InlineData(2500, 10_000)]
    [InlineData(1200, 60_000)]
    public async Task Clients_that_do_not_read_cost_their_own_streams_and_not_the_process(int clients, int bytes)
    {
        await using var upstream = SteadyUpstream.Start(bytes, TimeSpan.FromMilliseconds(100));
        await using var gateway = GatewayProcess.StartWith(
            Heap, "--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0", "--write-timeout", "0");
        var endPoint = new IPEndPoint(IPAddress.Loopback, (await gateway.AddressAsync()).Port);
        using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync() };
        using var sleepers = await Sleepers.OpenAsync(endPoint, clients, _ => "/events");

        // So many that it is over its bound, and comes back under it.
        await WaitForAsync(admin, "sse_gateway_streams_closed_total", "slow", gateway);
        await Deadline.UntilAsync(() => OpensAsync(gateway), "a stream that is opened when there is memory again");
        Assert.False(gateway.HasExited, gateway.Console);
        Assert.Contains("Memory: 32 MB of 128 MB", gateway.Console, StringComparison.Ordinal);
    }

    private static async Task<bool> OpensAsync(GatewayProcess gateway)
    {
        using var client = await gateway.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        return (await client.ReadResponseAsync()).Status == 200;
    }

    private static Task WaitForAsync(HttpClient admin, string metric, string label, GatewayProcess gateway) => Deadline.UntilAsync(
        async () =>
        {
            Assert.False(gateway.HasExited, gateway.Console);
            try
            {
                return Of(await MetricsAsync(admin), metric).Any(line => line.Contains($"\"{label}\"", StringComparison.Ordinal));
            }
            catch (HttpRequestException failure)
            {
                throw new HttpRequestException($"The gateway {(gateway.HasExited ? "has ended" : "lives")}: {gateway.Console}", failure);
            }
        },
        $"{metric} with {label}");

    [Theory]
    [InlineData(900, 10_000, 1)]
    [InlineData(900, 40, 20)]
    public async Task Logs_of_many_shared_streams_shrink_and_all_of_them_go_on(int keys, int bytes, int atOnce)
    {
        await using var upstream = SteadyUpstream.StartTold(bytes, atOnce);
        await using var gateway = GatewayProcess.StartWith(
            Heap, "--upstream", upstream.Url, "--share", "--max-shared-streams", "1200", "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0");
        var endPoint = new IPEndPoint(IPAddress.Loopback, (await gateway.AddressAsync()).Port);
        using var admin = new HttpClient { BaseAddress = await gateway.AdminAsync() };
        using var readers = await Sleepers.OpenAsync(endPoint, keys, key => $"/events?key={key}", read: true);

        // More than the heap is; of small frames what is kept beside each counts more than they do. The next come when all have had the last: readers that get
        // no processor are slow ones, and no log waits for those.
        var most = bytes < 1000 ? 40_000_000 : 150_000_000;
        var round = (long)keys * atOnce * bytes;
        for (var sent = round; ; sent += round)
        {
            await Deadline.UntilAsync(() => readers.Letters >= sent || gateway.HasExited, "events of all of them", TimeSpan.FromMinutes(2));
            if (sent >= most || gateway.HasExited)
            {
                break;
            }

            upstream.SendMore();
        }

        Assert.False(gateway.HasExited, gateway.Console);
        var metrics = await MetricsAsync(admin);
        var closed = string.Join('\n', Of(metrics, "sse_gateway_streams_closed_total"));
        Assert.True(closed.Length == 0, closed);
        Assert.EndsWith($"}} {keys}", Assert.Single(Of(metrics, "sse_gateway_streams_live{")), StringComparison.Ordinal);
    }

    private static Task<string> MetricsAsync(HttpClient admin) => admin.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

    private static IEnumerable<string> Of(string metrics, string name) =>
        metrics.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => line.TrimEnd());
}
