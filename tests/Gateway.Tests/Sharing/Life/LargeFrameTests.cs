using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>A frame that the log cannot hold as the first one: the clients have not been answered yet, and notice nothing.</summary>
public sealed class LargeFrameTests
{
    [Fact]
    public async Task Clients_of_a_stream_that_begins_with_a_large_frame_have_one_each_from_the_start()
    {
        var large = $"data: {new string('x', 600_000)}\n\n";
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.SendAsync(large);
            await exchange.WaitForPeerCloseAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Share.With());
        for (var client = 0; client < 3; client++)
        {
            using var response = await gateway.OpenAsync();
            await response.ExpectAsync(large);
        }

        // One to find out, and one for each.
        Assert.Equal(4, upstream.RequestCount);
        Assert.Single(
            gateway.Log.Lines, line => line.StartsWith("Warning ", StringComparison.Ordinal) && line.Contains("cannot be shared", StringComparison.Ordinal));
    }
}
