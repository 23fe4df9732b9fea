using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gateway.Tests.Http2;

/// <summary>Who is silent on HTTP/2 is asked whether it is there. What comes of it is in HalfOpen/VanishedPeerTests.</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public async Task Silent_clients_are_pinged_and_given_up_within_a_minute()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);

        var http2 = gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;

        Assert.InRange(http2.KeepAlivePingDelay + http2.KeepAlivePingTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59));
    }
}
