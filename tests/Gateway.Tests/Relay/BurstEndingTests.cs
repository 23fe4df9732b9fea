using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>An unclean end does not cost the bytes that came before it: case 7.4.7.</summary>
public sealed class BurstEndingTests
{
    [Fact]
    [Trait("Case", "7.4.7")]
    public async Task Upstream_cut_after_a_burst_loses_none_of_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        using var _ = response;
        var burst = string.Concat(Enumerable.Repeat("data: 0123456789\n\n", 20_000));

        var cutting = CutAsync();
        await response.ExpectAbortAsync(burst);
        await cutting;

        async Task CutAsync()
        {
            await exchange.SendAsync(burst);
            exchange.Cut();
        }
    }
}
