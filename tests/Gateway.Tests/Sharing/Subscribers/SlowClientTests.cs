using System.Globalization;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Harness.Client.Frames;
using SseGateway.Sharing;
using SseGateway.Sharing.Log;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>
/// A client that does not read: nobody waits for it, and the log does not grow for it. No deadline of the clock's can end it here.
/// </summary>
public sealed class SlowClientTests
{
    // Far more than the kernel's buffers on the way to a client hold, and many times the log.
    private const int Most = 4_000;

    [Theory]
    [InlineData(16 * 1024, 128 * 1024)]
    [InlineData(500 * 1024, 1024 * 1024)]
    public async Task Client_that_the_log_laps_is_closed_as_slow_in_mid_frame_and_the_others_get_everything(int frame, int log)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, $"LogBytes={log}");
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var second = await gateway.OpenAsync();
        using var stuck = await gateway.OpenAsync();
        RawResponse[] readers = [first, second];

        var last = await PublishUntilAsync(gateway, exchange, frame, readers, log, () => Closed(gateway) == 1);
        var (body, ending) = await stuck.ReadToEndAsync();
        Assert.NotEqual(BodyEnding.Clean, ending);
        Assert.InRange(ExpectPrefix(body, frame), 0, last - 1);
        Assert.Equal(2, gateway.Streams.Count);

        // It comes back with what it has, and is told what it has missed.
        using var back = await gateway.OpenAsync("/events", "Last-Event-ID: 1");
        Assert.Equal("gap", back.Head.Value("Sse-Resume"));
        Assert.Contains("\"after\":\"1\"", await back.ReadFrameAsync(), StringComparison.Ordinal);
        first.Dispose();
    }

    [Fact]
    public async Task Client_that_the_log_laps_skips_where_the_route_says_so_and_is_told()
    {
        const int Frame = 16 * 1024;
        const int Log = 128 * 1024;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, $"LogBytes={Log}", "OnSlow=Skip");
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        using var stuck = await gateway.OpenAsync();
        var blocked = 0;
        var last = await PublishUntilAsync(gateway, exchange, Frame, [first], Log, () => IsBlocked(gateway) && ++blocked > 2 * Log / Frame);

        // All that was written before, then the notice, then what is retained, and then it is like the others.
        var next = 1;
        while (next <= last)
        {
            if (await stuck.ReadLineAsync() is var line && line == "event: gateway.gap")
            {
                var resumedAt = Notice(await stuck.ReadLineAsync());
                Assert.InRange(resumedAt, next + 1, last);
                next = resumedAt;
                await stuck.ExpectAsync("\n");
                continue;
            }
            Assert.Equal($"id: {next}", line);
            await stuck.ExpectAsync(Event(next, Frame)[(line.Length + 1)..]);
            next++;
        }
        await exchange.SendAsync(Share.Event(last + 1));
        await stuck.ExpectAsync(Share.Event(last + 1));
        Assert.Equal(0, Closed(gateway));
        first.Dispose();
    }

    [Fact]
    public async Task Stalled_http2_stream_is_closed_as_slow_and_the_others_get_everything()
    {
        const int Frame = 8 * 1024;
        const int Log = 64 * 1024;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, [.. Share.With($"LogBytes={Log}"), "SseGateway:Timeouts:Write=0", .. GatewayUnderTest.Http2Endpoint]);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, window: 32 * 1024);
        await client.AllowAsync(stream: 0, 1 << 30);
        foreach (var stream in new[] { 1, 3 }) await client.SendAsync(
            RawHttp2Client.Headers(stream, "GET", "/events", endStream: true, ("accept", "text/event-stream")));
        await client.AllowAsync(stream: 3, 1 << 30);
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await Deadline.UntilAsync(() => gateway.Streams.Streams.Count(stream => stream.OpenedAt is not null) == 2);

        var (id, read) = (0, new MemoryStream());
        var reset = false;
        while (!reset && id < Most)
        {
            var text = Event(++id, Frame);
            await exchange.SendAsync(text);
            for (read.SetLength(0); read.Length < text.Length;)
            {
                var got = await client.ReadToAsync(got => got.Type is Http2FrameType.Data or Http2FrameType.RstStream) ?? throw new IOException("closed");
                if (got.Type == Http2FrameType.RstStream) reset = got.Stream == 1;
                else if (got.Stream == 3) read.Write(got.Payload);
            }
            Assert.Equal(text, Encoding.UTF8.GetString(read.ToArray()));
            AssertBound(gateway, Log);
        }
        await Deadline.UntilAsync(() => Closed(gateway) == 1);
        Assert.InRange(id, Log / Frame / 2, 20 * Log / Frame);
    }

    /// <summary>Many that do not read hold many pieces of the log; even then memory has its bound, whatever the route says of slow clients.</summary>
    [Fact]
    public async Task Clients_that_stop_reading_one_after_the_other_do_not_add_up()
    {
        const int Frame = 16 * 1024;
        const int Log = 128 * 1024;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await StartAsync(upstream, $"LogBytes={Log}", "OnSlow=Skip", "Join=live");
        var (exchange, first) = await gateway.OpenStreamAsync(upstream);
        var stuck = new List<RawResponse>();
        for (var i = 0; i < 24; i++)
        {
            stuck.Add(await gateway.OpenAsync());
            for (var k = 0; k < 20; k++)
            {
                var id = (i * 20) + k + 1;
                await exchange.SendAsync(Event(id, Frame));
                await first.ExpectAsync(Event(id, Frame));
                AssertBound(gateway, Log);
            }
        }
        stuck.ForEach(response => response.Dispose());
        first.Dispose();
    }

    private static Task<GatewayUnderTest> StartAsync(ScriptedUpstream upstream, params string[] settings) =>
        GatewayUnderTest.StartAsync(upstream, [.. Share.With(settings), "SseGateway:Timeouts:Write=0", "SseGateway:Heartbeat=0"]);

    /// <summary>Each event has reached all readers before the next is sent: a gateway that waited for the one that is stuck would stop here.</summary>
    private static async Task<int> PublishUntilAsync(
        GatewayUnderTest gateway, UpstreamExchange exchange, int frame, RawResponse[] readers, int log, Func<bool> enough)
    {
        for (var id = 1; id <= Most; id++)
        {
            var text = Event(id, frame);
            await exchange.SendAsync(text);
            foreach (var reader in readers) await reader.ExpectAsync(text);
            AssertBound(gateway, log);
            if (enough()) return id;
        }
        throw new TimeoutException($"The client that does not read has taken {Most} frames of {frame} bytes.");
    }

    // The log's own, and as much again of what readers hold on to; a slab may be over that when it is noticed.
    private static void AssertBound(GatewayUnderTest gateway, int log)
    {
        var frames = (FrameLog)Assert.Single(gateway.Services.GetRequiredService<SharedStreams>().Streams).Log;
        Assert.InRange(frames.Bytes, 0, log);
        Assert.InRange(frames.Bytes + frames.RetiredBytes, 0, (2 * log) + (log / 2));
    }

    private static int Closed(GatewayUnderTest gateway) => gateway.Log.Lines.Count(line => line.Contains(" closed: slow after ", StringComparison.Ordinal));

    private static bool IsBlocked(GatewayUnderTest gateway) => gateway.Streams.Streams.Any(stream => stream.Writing);

    private static string Event(int id, int bytes)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: ");
        return head + new string((char)('a' + (id % 26)), bytes - head.Length - 2) + "\n\n";
    }

    /// <summary>Asserts that these bytes are the first events, the last one perhaps in part.</summary>
    /// <returns>How many are whole.</returns>
    private static int ExpectPrefix(byte[] body, int frame)
    {
        var text = Encoding.UTF8.GetString(body);
        for (var id = 1; ; id++)
        {
            var rest = text[((id - 1) * frame)..];
            if (rest.Length < frame)
            {
                Assert.StartsWith(rest, Event(id, frame), StringComparison.Ordinal);
                return id - 1;
            }
            Assert.Equal(Event(id, frame), rest[..frame]);
        }
    }

    private static int Notice(string data)
    {
        var notice = System.Text.Json.JsonDocument.Parse(data["data: ".Length..]).RootElement;
        Assert.Equal("expired", notice.GetProperty("reason").GetString());
        return int.Parse(notice.GetProperty("resumedAt").GetString()!, CultureInfo.InvariantCulture);
    }
}
