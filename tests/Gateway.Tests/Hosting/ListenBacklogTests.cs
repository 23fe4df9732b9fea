using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SseGateway;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class ListenBacklogTests
{
    // The kernel's own bound is 4096 or less on most systems: beyond that it is not the gateway who drops a client's SYN.
    [Fact]
    public async Task Clients_that_come_all_at_once_find_room_to_wait_in()
    {
        await using var app = GatewayApp.Build(["--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", "off"]);

        Assert.True(app.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.Backlog >= 4096);
    }
}
