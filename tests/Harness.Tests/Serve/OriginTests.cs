using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Serve;

public sealed class OriginTests
{
    // Else the requests of one run would go to the other, and both would accuse.
    [Fact]
    public async Task Two_runs_cannot_have_one_address()
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));

        await Assert.ThrowsAsync<SocketException>(() => StreamOrigin.StartAsync(origin.Address));

        origin.Leave();
        origin.Return();
        await Assert.ThrowsAsync<SocketException>(() => StreamOrigin.StartAsync(origin.Address));
    }

    [Theory]
    [InlineData("HTTP/1.0", false)]
    [InlineData("HTTP/1.1", true)]
    public async Task Who_asks_in_HTTP_1_0_gets_no_chunks(string version, bool chunked)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var tap = new WireTap();
        var run = origin.Begin(tap, cancellation);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), cancellation);
        using var connection = await ClientConnection.ConnectAsync(target, tap, cancellation);
        await connection.SendAsync($"GET {run.Path} {version}\r\nHost: {origin.Address}\r\n\r\n");
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(cancellation);
        await exchange.SendAsync("data: a\n\n", cancellation);
        var response = await connection.ReadResponseAsync();
        await response.WaitForEventsAsync(1);

        await exchange.EndAsync(cancellation);

        Assert.Equal(Ending.Clean, await response.ReadToEndAsync());
        Assert.Equal(chunked, response.Head.IsChunked);
        Assert.Equal("data: a\n\n"u8.ToArray(), response.Body);
    }
}
