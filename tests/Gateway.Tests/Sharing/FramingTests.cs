using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing;

/// <summary>The upstream's bytes on their way into the log: cut anywhere, with any line ends, and frames of any size that the log can hold.</summary>
public sealed class FramingTests
{
    private const int LogBytes = 8192;
    private static readonly int MaxFrameBytes = new SharingSettings { LogBytes = LogBytes }.MaxFrameBytes;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public async Task Frames_are_the_same_however_their_bytes_are_cut_and_their_lines_end(string end)
    {
        string[] frames = ["id: 1\ndata: a\n: within\ndata: é\n\n", "event: e\nid:2\ndata\n\n", "data: c\nother: x\n\n", "id: 4\n\n"];
        var text = "\ufeff: first\n\n" + frames[0] + "\n\n:\n\n" + frames[1] + "retry: x\n\nevent: dropped\n\n" + frames[2] + "unknown\n\n" + frames[3];
        text = text.ReplaceLineEndings(end);
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        foreach (var octet in Encoding.UTF8.GetBytes(text)) await exchange.SendAsync([octet]);

        // Where a frame ends in CR LF cut in two, the CR has ended it.
        await response.ExpectAsync(string.Concat(frames.Select(frame => Cut(frame.ReplaceLineEndings(end)))));
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 1");
        await joined.ExpectAsync("exact", string.Concat(frames[1..].Select(frame => Cut(frame.ReplaceLineEndings(end)))));
        response.Dispose();

        static string Cut(string frame) => frame.EndsWith("\r\n", StringComparison.Ordinal) ? frame[..^1] : frame;
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public async Task Many_frames_at_once_are_apart(string end)
    {
        var frames = Enumerable.Range(1, 50).Select(id => Share.Event(id).ReplaceLineEndings(end)).ToArray();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(string.Concat(frames));
        await response.ExpectAsync(string.Concat(frames));
        using var joined = await gateway.OpenAsync("/events", "Last-Event-ID: 48");
        await joined.ExpectAsync("exact", frames[48] + frames[49]);
        response.Dispose();
    }

    [Theory]
    [InlineData("Upstream", 0)]
    [InlineData("Upstream", 1)]
    [InlineData("Gateway", 0)]
    [InlineData("Gateway", 1)]
    public async Task Largest_frame_passes_and_is_replayed(string ids, int cut)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"LogBytes={LogBytes}", $"Ids={ids}", "Join=last:1"));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        var line = "data: " + new string('x', MaxFrameBytes - "data: ".Length);
        for (var round = 0; round < 4; round++)
        {
            await exchange.SendAsync(line[..(cut * 100)]);
            await exchange.SendAsync(line[(cut * 100)..] + "\r\n\r\n");
            if (ids == "Gateway") Assert.StartsWith("id: ", await response.ReadLineAsync(), StringComparison.Ordinal);
            await response.ExpectAsync(line + "\r\n\r\n");
        }
        using var joined = await gateway.OpenAsync();
        if (ids == "Gateway") Assert.StartsWith("id: ", await joined.ReadLineAsync(), StringComparison.Ordinal);
        await joined.ExpectAsync(line + "\r\n\r\n");
        Assert.Equal(1, upstream.RequestCount);
        response.Dispose();
    }

    /// <summary>A frame that no log can hold comes again at every attempt: who comes back has a stream of its own.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frame_that_is_too_large_sends_the_clients_away_once_and_is_theirs_when_they_come_back(bool ends)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"LogBytes={LogBytes}"));
        var (exchange, response) = await gateway.OpenEventSourceAsync(upstream);
        await exchange.SendAsync(Share.Event(1));
        await response.ExpectAsync(Share.Event(1));
        var large = "data: " + new string('x', MaxFrameBytes - "data: ".Length + 1) + (ends ? "\n\n" : "");
        await exchange.SendAsync(large);
        Assert.Matches("^retry: [0-9]+\n\n$", await response.ReadTextAsync());
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Limiter.Entries == 0 && gateway.Streams.Count == 0);
        Assert.Equal(1, upstream.RequestCount);
        for (var own = 0; own < 2; own++)
        {
            var (again, back) = await gateway.OpenStreamAsync(upstream, "/events", "Last-Event-ID: 1");
            Assert.Equal("1", again.Request.Value("Last-Event-ID"));
            await again.SendAsync(large);
            await back.ExpectAsync(large);
            back.Dispose();
        }

        Assert.Single(gateway.Log.Lines, line => line.Contains("cannot be shared", StringComparison.Ordinal));
        response.Dispose();
    }

    [Fact]
    public async Task Comments_of_any_length_are_dropped_and_cost_nothing()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With($"LogBytes={LogBytes}"));
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync(":" + new string('x', 2 * LogBytes));
        await exchange.SendAsync(new string('x', 2 * LogBytes) + "\n\n" + Share.Event(1));
        await response.ExpectAsync(Share.Event(1));
        response.Dispose();
    }
}
