using System.Globalization;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>
/// Whatever an upstream and its clients do, nothing is lost in silence: of the numbered events that a client gets each is the next one, unless it was told of
/// a gap or given a snapshot. An upstream that is cut, ends cleanly, is busy, greets, and says 204 when all has been said; clients that leave in the middle
/// and come back.
/// </summary>
public sealed class DropsAndResumesTests
{
    private const int Last = 150;
    private const int Clients = 6;

    private readonly FakeTimeProvider _time = new();
    private readonly Lock _lock = new();
    private Random _random = new(0);
    private int _sent = 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Upstream_that_resumes(int seed)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(ResumeAsync);
        await RunAsync(upstream, seed, Share.With("GiveUpAfter=1h"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Upstream_that_greets_with_a_snapshot(int seed)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(GreetAsync);
        await RunAsync(upstream, seed, Share.With("GiveUpAfter=1h", "Snapshot=snapshot", "LogCount=16"));
    }

    private async Task RunAsync(ScriptedUpstream upstream, int seed, string[] settings)
    {
        _random = new Random(seed);
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. settings, "SseGateway:Heartbeat=0"]);
        var clients = Enumerable.Range(0, Clients).Select(_ => FollowAsync(gateway)).ToArray();
        var all = Task.WhenAll(clients);
        await Deadline.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return all.IsCompleted;
        });
        var seen = await all;
        Assert.All(seen, last => Assert.Equal(Last, last));
    }

    // To the last event and its 204.
    private async Task<int> FollowAsync(GatewayUnderTest gateway)
    {
        var last = 0;
        while (true)
        {
            string[] cursor = last == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"Last-Event-ID: {last}")];
            using var client = await gateway.BeginAsync("GET", "/events", [.. Browser.EventSourceFields, .. cursor]);
            if (await client.TryReadResponseAsync() is not { } response) continue;
            if (response.Status == 204) return last;
            if (response.Status != 200) continue;
            last = await ReadAsync(response, last, Next(4) == 0 ? Next(30) : int.MaxValue);
        }
    }

    private static async Task<int> ReadAsync(RawResponse response, int last, int most)
    {
        var (type, id, isExcused) = ("", 0, last == 0);
        for (var lines = 0; lines < most && await response.TryReadLineAsync() is { } line; lines++)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
            if (line.Length > 0) continue;
            if (type is "gateway.gap" or "snapshot") isExcused = true;
            if (id > 0)
            {
                Assert.True(isExcused || id == last + 1, $"{id} after {last} without a word");
                (last, isExcused) = (id, false);
            }
            (type, id) = ("", 0);
        }
        return last;
    }

    private async Task ResumeAsync(UpstreamExchange exchange)
    {
        var next = int.Parse(exchange.Request.Value("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture) + 1;
        if (await IsAnsweredAsync(exchange, next > Last)) return;
        await exchange.StartStreamAsync();
        for (var left = Next(25); next <= Last && left > 0; next++, left--) await exchange.SendAsync(Share.Event(next));
        await EndAsync(exchange);
    }

    // Its count goes on whoever listens; what was sent before is in the snapshot.
    private async Task GreetAsync(UpstreamExchange exchange)
    {
        if (await IsAnsweredAsync(exchange, exchange.Request.Value("Last-Event-ID") == $"{Last}")) return;
        await exchange.StartStreamAsync();
        await exchange.SendAsync(string.Create(CultureInfo.InvariantCulture, $"event: snapshot\nid: {_sent}\ndata: all\n\n"));
        for (var left = Next(25); _sent < Last && left > 0; left--) await exchange.SendAsync(Share.Event(++_sent));
        await EndAsync(exchange);
    }

    private async Task<bool> IsAnsweredAsync(UpstreamExchange exchange, bool isDone)
    {
        if (isDone)
        {
            await exchange.SendHeadAsync(204);
            exchange.Finish();
            return true;
        }

        if (Next(8) > 0) return false;
        await exchange.AnswerAsync(503, "text/plain", "busy");
        return true;
    }

    private async Task EndAsync(UpstreamExchange exchange)
    {
        if (Next(2) == 0) exchange.Cut();
        else await exchange.EndAsync();
    }

    private int Next(int below)
    {
        lock (_lock) return _random.Next(below);
    }
}
