using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>A client that allows a few bytes at a time: catalogue 12.1.3.</summary>
public sealed class TinyWindowTests
{
    [Fact]
    [Trait("Case", "12.1.3")]
    public async Task Window_of_64_bytes_gets_everything_in_order_and_never_more_than_it_allows()
    {
        const int Window = 64;
        const int Stream = 1;
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = await RawHttp2Client.ConnectAsync(gateway.EndPoint, Window);
        await client.GetAsync(Stream, "/events");
        var exchange = await upstream.NextAsync();
        await exchange.StartStreamAsync();
        // The catalogue's reference body R1.
        var body = string.Concat(Enumerable.Repeat(
            "\uFEFF:ok\r\nretry: 1200\nid: 1\r\ndata: h\u00E9llo\r\n\r\nevent: add\rid: \u2026\rdata: a\rdata:\rdata: b\r\rdata: \U0001F600\n\n"
                + "id\ndata:  two\n\n", 100));

        var sending = SendAsync();
        var received = new List<byte>();
        while (true)
        {
            var (stream, bytes, end) = await client.ReadDataAsync();
            Assert.Equal(Stream, stream);
            Assert.InRange(bytes.Length, 0, Window);
            received.AddRange(bytes);
            if (end) break;
            if (bytes.Length == 0) continue;
            await client.AllowAsync(Stream, bytes.Length);
            await client.AllowAsync(0, bytes.Length);
        }

        await sending;
        Assert.Equal(Bytes.Utf8(body), received.ToArray());

        async Task SendAsync()
        {
            await exchange.SendAsync(body);
            await exchange.EndAsync();
        }
    }
}
