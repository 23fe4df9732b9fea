using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Origin;
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
}
