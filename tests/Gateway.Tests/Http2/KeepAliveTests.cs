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
    public async Task Silent_clients_are_pinged_and_waited_for_as_long_as_any_that_acknowledges_nothing()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. GatewayUnderTest.Http2Endpoint, "SseGateway:Timeouts:Unacknowledged=45s"]);

        var http2 = gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;

        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45)), (http2.KeepAlivePingDelay, http2.KeepAlivePingTimeout));
    }
}
