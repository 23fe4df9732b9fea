using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Transport.Client;
using SseGateway.Configuration.Settings.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

[Collection<Unaccompanied>]
public sealed class AllocationTests
{
    private const int Clients = 10; // Few enough to be written to by whoever publishes, whose allocations are counted.
    private const int Burst = 50; // Always less than the kernel takes, so that no write has to wait: each wait allocates half a kilobyte.

    // Buffers of a size that was asked for are not made smaller by the kernel when its memory is short, as on a machine with thousands of other sockets.
    private const int BufferBytes = 256 * 1024;

    private static readonly byte[] Event = Encoding.ASCII.GetBytes(
        "event: message\nid: 0000000\ndata: {\"text\":\"a hundred bytes or so, as most events of a chat have them\"}\n\n");

    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _published;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_the_clients_take_at_once_costs_no_allocation_from_the_upstream_to_the_socket(bool ownIds)
    {
        const int Events = 100_000 / Clients;
        var shared = new SharedStreamUnderTest(
            new SharingSettings { LogBytes = 64 * 1024, LogCount = 200, Ids = ownIds ? EventIds.Gateway : EventIds.Upstream });
        var connections = Enumerable.Range(0, Clients).Select(_ => new DirectConnection(BufferBytes)).ToArray();
        var subscribers = connections.Select(connection => shared.Join(connection).Subscriber).ToArray();

        // Until the log runs over itself.
        await PublishAsync(shared, connections, 2000);

        // A collection may take away what the pool keeps for this thread, which then is made anew: once, and not with each event.
        var allocated = long.MaxValue;
        for (var round = 0; allocated != 0 && round < 5; round++)
        {
            allocated = await PublishAsync(shared, connections, Events);
        }

        Assert.Equal(0, allocated);
        Assert.All(subscribers, subscriber => Assert.Equal(_published, subscriber.Frames));
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    // The bytes allocated for it. Every event has come to every client when it returns.
    private ValueTask<long> PublishAsync(SharedStreamUnderTest shared, DirectConnection[] connections, int count)
    {
        var allocated = 0L;
        for (var i = 0; i < count; i += Burst)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var j = 0; j < Burst; j++)
            {
                (++_published).TryFormat(Event.AsSpan("event: message\nid: ".Length, 7), out _, "0000000");
                var write = shared.Shared.Feed.WriteAsync(Event, Test);
                if (!write.IsCompletedSuccessfully)
                {
                    Assert.Fail("a publish had to wait");
                }
            }

            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            foreach (var connection in connections)
            {
                Drain(connection);
            }
        }

        return new(allocated);
    }

    private void Drain(DirectConnection connection)
    {
        for (var ends = 0; ends < Burst;)
        {
            var count = connection.Peer.Receive(_buffer, SocketFlags.None);
            Assert.NotEqual(0, count);
            ends += _buffer.AsSpan(0, count).Count((byte)'}');
        }
    }
}
