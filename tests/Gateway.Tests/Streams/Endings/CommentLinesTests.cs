using Gateway.Tests.Streams.Deadlines;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Endings;

/// <summary>A service that pings with comment lines and no blank one: nothing hangs on them (HTML Standard, 9.2.6), so they hold up no end.</summary>
[Trait("Case", "7.1.5")]
public sealed class CommentLinesTests
{
    [Theory]
    [InlineData(": ping\n")]
    [InlineData("data: a\n\n: ping\n:\n")]
    [InlineData(": ping\r\n")]
    public async Task Lifetime_ends_a_stream_of_comment_lines_cleanly(string body)
    {
        await using var open = await SweptStream.OpenEventSourceAsync("SseGateway:Timeouts:Lifetime=10s", "SseGateway:Heartbeat=0");
        var (time, exchange, response) = open;
        await exchange.SendAsync(body);
        await response.ExpectAsync(body);

        await time.PassAsync(11);

        Assert.Matches("^retry: [0-9]+\r?\n\r?\n$", await response.ReadTextAsync());
        response.Dispose();
        await time.AssertEndedAsync(CloseReason.Lifetime);
    }
}
