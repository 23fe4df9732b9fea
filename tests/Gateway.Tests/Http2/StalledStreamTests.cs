using System.Globalization;
using System.Net;
using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Harness.Client.Frames;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>A hundred streams on one connection, of which the client reads all but one: catalogue 12.1.1.</summary>
[Trait("Case", "12.1.1")]
public sealed class StalledStreamTests
{
    private const int Count = 100;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Stream_that_is_not_read_holds_up_no_other_and_is_reset_alone()
    {
        await using var upstream = ScriptedUpstream.Start();
        await ExpectAsync(upstream.Url, [], async () =>
        {
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            return new Source(exchange.SendAsync, () => exchange.WaitForPeerCloseAsync());
        });
    }

    [Fact]
    public async Task Stream_that_is_not_read_holds_up_no_other_of_an_http2_upstream_either()
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await ExpectAsync(upstream.Url, Http2Upstream.Settings, async () =>
        {
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            return new Source(exchange.SendAsync, exchange.WaitForPeerCloseAsync);
        });
    }

    /// <summary>Where nothing is read at all, not even the reset of a stream gets through.</summary>
    [Fact]
    public async Task Streams_of_a_connection_that_is_not_read_at_all_end_at_the_write_deadline_too()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, [.. GatewayUnderTest.Http2Endpoint, "SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, window: int.MaxValue);
        await client.AllowAsync(stream: 0, int.MaxValue - 65_535);
        var sources = new List<Source>();
        foreach (var stream in new[] { 1, 3 })
        {
            await client.GetAsync(stream, "/events");
            var exchange = await upstream.NextAsync();
            await exchange.StartStreamAsync();
            sources.Add(new Source(exchange.SendAsync, () => exchange.WaitForPeerCloseAsync()));
        }

        await time.OpenedAsync(2);
        time.Stalled.UnionWith(time.Streams);
        var floods = sources.Select(source => Record.ExceptionAsync(() => FloodAsync(source)).AsTask()).ToArray();
        await time.PassUntilAsync(() => time.Stalled.All(stream => stream.State != StreamState.Open));

        foreach (var source in sources) await source.EndedAsync();
        await Task.WhenAll(floods);
        await time.AssertEndedAsync(CloseReason.Slow, 2);
    }

    /// <summary>A client that gives the connection no more than the least: what one stream has taken and nobody reads is kept from all.</summary>
    [Fact]
    public async Task Stream_that_keeps_the_connections_window_is_reset_and_its_neighbour_goes_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream, _time, [.. GatewayUnderTest.Http2Endpoint, "SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        var exchanges = new List<UpstreamExchange>();
        foreach (var stream in new[] { 1, 3 })
        {
            await client.GetAsync(stream, "/events");
            exchanges.Add(await upstream.NextAsync());
            await exchanges[^1].StartStreamAsync();
            await time.OpenedAsync(exchanges.Count);
        }

        var (unread, neighbour) = (time.Streams.MinBy(stream => stream.Number)!, time.Streams.MaxBy(stream => stream.Number)!);
        var flood = Record.ExceptionAsync(() => FloodAsync(new Source(exchanges[0].SendAsync, () => exchanges[0].WaitForPeerCloseAsync())));
        time.Stalled.Add(unread);
        await time.PassUntilAsync(() => unread.WriteWaiting > TimeSpan.Zero);
        time.Stalled.Add(neighbour);
        await exchanges[1].SendAsync("data: late\n\n");

        // As a client does that reads everything and uses none of it: windows are given back with the stream's end only.
        var taken = 0;
        var reading = Task.Run(async () =>
        {
            // The neighbour may still have found a rest of the window.
            var (error, text) = (0, "");
            while (await client.ReadAsync() is { } frame)
            {
                if (frame is { Type: Http2FrameType.Data, Stream: 1 }) taken += frame.Payload.Length;
                if (frame is { Type: Http2FrameType.Data, Stream: 3 }) text += Encoding.UTF8.GetString(frame.Payload);
                if (frame.Type == Http2FrameType.RstStream)
                {
                    Assert.Equal(1, frame.Stream);
                    error = frame.ErrorCode;
                    await client.AllowAsync(stream: 0, taken);
                }
                if (error != 0 && text.Length > 0) return (error, text);
            }

            return (error, "the connection ended");
        });
        await time.PassUntilAsync(() => unread.State != StreamState.Open);
        time.Stalled.Remove(neighbour);

        Assert.Equal((Http2Cancel, "data: late\n\n"), await Deadline.ForAsync(reading));
        await exchanges[0].WaitForPeerCloseAsync();
        await flood;
        Assert.Equal((CloseReason.Slow, CloseReason.None), (unread.Reason, neighbour.Reason));
    }

    private async Task ExpectAsync(string upstreamUrl, string[] settings, Func<Task<Source>> nextAsync)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstreamUrl, _time, [.. GatewayUnderTest.Http2Endpoint, .. settings, "SseGateway:Timeouts:Write=10s", "SseGateway:Heartbeat=0"]);
        using var time = await SweptTime.StartAsync(gateway, _time);
        using var client = gateway.CreateHttp2Client();
        var open = new List<(Source Source, Stream Stream)>();
        for (var i = 0; i < Count; i++) open.Add(await OpenAsync(client, nextAsync));
        await time.OpenedAsync(Count);
        var (flooding, unread) = open[0];
        var others = open[1..];
        var stalled = time.Streams.MinBy(stream => stream.Number)!;

        var flood = Record.ExceptionAsync(() => FloodAsync(flooding));
        time.Stalled.Add(stalled);
        await time.PassUntilAsync(() => stalled.WriteWaiting > TimeSpan.Zero);
        for (var second = 0; second < 7; second++)
        {
            await InLockstepAsync(others, 2);
            await time.PassAsync(1);
        }

        Assert.Equal((StreamState.Open, false), (stalled.State, flood.IsCompleted));
        await time.PassUntilAsync(() => stalled.State != StreamState.Open);

        await flooding.EndedAsync();
        await flood;
        var reset = await Assert.ThrowsAsync<HttpProtocolException>(() => ReadToEndAsync(unread));
        Assert.Equal(Http2Cancel, reset.ErrorCode);
        Assert.Equal(CloseReason.Slow, stalled.Reason);
        await Deadline.UntilAsync(() => time.Streams.Count() == others.Count);
        await InLockstepAsync(others, 5);
        Assert.Equal(1, client.ConnectionCount);

        client.Drop();
        foreach (var (source, _) in others) await source.EndedAsync();
        Assert.Equal(CloseReason.Slow, stalled.Reason);
        await time.AssertEndedAsync(CloseReason.Slow);
    }

    // RFC 9113 section 7.
    private const int Http2Cancel = 8;

    private static async Task<(Source Source, Stream Stream)> OpenAsync(Http2Client client, Func<Task<Source>> nextAsync)
    {
        var asking = client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var source = await nextAsync();
        var response = await Deadline.ForAsync(asking);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (source, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    // Far more than the windows and the buffers on the way take.
    private static async Task FloodAsync(Source source)
    {
        var text = new string('x', 64 * 1024);
        for (var i = 0; i < 1600; i++) await source.SendAsync(text);
    }

    /// <summary>Every stream has the event before any gets the next.</summary>
    private static async Task InLockstepAsync(List<(Source Source, Stream Stream)> streams, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var texts = streams.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"data: {step} of {i}\n\n")).ToArray();
            await Task.WhenAll(streams.Select((pair, i) => pair.Source.SendAsync(texts[i])));
            await Task.WhenAll(streams.Select(async (pair, i) =>
            {
                var buffer = new byte[texts[i].Length];
                await Deadline.ForAsync(pair.Stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask(), texts[i]);
                Assert.Equal(texts[i], Encoding.UTF8.GetString(buffer));
            }));
        }
    }

    private static Task ReadToEndAsync(Stream stream) => Deadline.ForAsync(stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

    /// <summary>The upstream's end of a stream.</summary>
    /// <param name="SendAsync">Sends one piece of the body.</param>
    /// <param name="EndedAsync">Waits until the gateway has closed its side.</param>
    private sealed record Source(Func<string, Task> SendAsync, Func<Task> EndedAsync);
}
