using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Harness.Client.Frames;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>A request body that stops is its own stream's end, and not the connection's.</summary>
public sealed class StalledBodyTests
{
    private const int Cancel = 8;

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_body_that_stalls_resets_its_stream_and_the_event_stream_beside_it_goes_on(int bytesBefore)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, _time, [.. GatewayUnderTest.Http2Endpoint, "SseGateway:Heartbeat=0"]);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        var stream = await OpenStreamAsync(client, upstream, 1);
        await client.SendAsync(RawHttp2Client.Headers(3, "POST", "/slow", endStream: false, ("content-length", "100000")));
        UpstreamExchange? slow = null;
        if (bytesBefore > 0)
        {
            // The head goes with the first bytes.
            await client.SendAsync(new Http2Frame(Http2FrameType.Data, 3, Encoding.UTF8.GetBytes(new string('x', bytesBefore))));
            slow = await upstream.NextAsync();
            await slow.ExpectBodyAsync(new string('x', bytesBefore));
        }

        await PassUntilResetAsync(client, 3);

        if (slow is not null) await slow.WaitForPeerCloseAsync();
        await stream.SendAsync("data: on\n\n");
        Assert.Equal("data: on\n\n", Encoding.UTF8.GetString((await client.ReadDataAsync()).Bytes));
    }

    /// <summary>A conversation, which only an HTTP/2 upstream can have: its answer begins before the request has ended.</summary>
    [Fact]
    public async Task A_body_may_be_silent_once_its_answer_has_begun()
    {
        await using var upstream = await Http2Upstream.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            upstream.Url, _time, [.. GatewayUnderTest.Http2Endpoint, .. Http2Upstream.Settings, "SseGateway:Heartbeat=0"]);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint);
        await client.SendAsync(RawHttp2Client.Headers(1, "POST", "/talk", endStream: false));
        var talk = await upstream.NextAsync();
        await talk.StartStreamAsync();
        await client.ReadToAsync(frame => frame is { Type: Http2FrameType.Headers, Stream: 1 });
        await client.SendAsync(RawHttp2Client.Headers(3, "POST", "/slow", endStream: false, ("content-length", "100000")));
        await upstream.NextAsync();

        await PassUntilResetAsync(client, 3);

        await talk.SendAsync("data: on\n\n");
        Assert.Equal(1, (await client.ReadDataAsync()).Stream);
    }

    private static async Task<UpstreamExchange> OpenStreamAsync(RawHttp2Client client, ScriptedUpstream upstream, int stream)
    {
        await client.GetAsync(stream, "/events");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        await client.ReadToAsync(frame => frame.Type == Http2FrameType.Headers && frame.Stream == stream);
        return exchange;
    }

    private async Task PassUntilResetAsync(RawHttp2Client client, int stream)
    {
        var reset = client.ReadToAsync(frame => frame.Type is Http2FrameType.RstStream or Http2FrameType.GoAway);
        await Deadline.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return reset.IsCompleted;
            },
            "the stream to be reset");
        var frame = await reset;
        Assert.Equal((Http2FrameType.RstStream, stream, Cancel), (frame!.Type, frame.Stream, frame.ErrorCode));
    }
}
