using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using SseGateway.Relay;
using SseGateway.Transport.Upstream;
using Xunit;

namespace Gateway.Tests.Transport.Upstream;

[Collection<Unaccompanied>]
public sealed class UpstreamBodyTests
{
    /// <summary>The whole way of an event: from the upstream's connection to the client's, each event alone, so that each is waited for.</summary>
    [Fact]
    public async Task An_event_that_is_waited_for_costs_no_allocation_from_one_connection_to_the_other()
    {
        const int Events = 100_000;
        const int Parts = 10;
        const int SmallestObject = 24;
        const string Event = "id: 4711\ndata: {\"text\":\"a hundred bytes or so, as most events of a chat have them\"}\n\n";
        using var client = new DirectConnection();
        var (stream, output) = new StreamsUnderTest().Open(client);
        var (upstream, socket) = Connect();
        using var _ = upstream;
        await using var sink = new RelaySink(output);
        var copy = new UpstreamBody(socket, chunked: true, default).CopyToAsync(sink, stream.Ended);
        var chunk = Encoding.ASCII.GetBytes($"{Event.Length:x}\r\n{Event}\r\n");
        var received = new byte[Event.Length];
        Pass(1000);

        // Of the whole process, where the runtime and the test host have a little of their own to do meanwhile: so the least of ten parts is
        // what counts, and less than the smallest object there is, for each event, is none.
        var least = long.MaxValue;
        for (var part = 0; part < Parts; part++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Pass(Events / Parts);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange((double)least * Parts / Events, 0, SmallestObject - 1);
        upstream.Send("0\r\n\r\n"u8);
        await Wire.Deadline.ForAsync(copy);

        void Pass(int count)
        {
            for (var i = 0; i < count; i++)
            {
                upstream.Send(chunk);
                for (var got = 0; got < received.Length;)
                {
                    got += client.Peer.Receive(received, got, received.Length - got, SocketFlags.None);
                }
            }
        }
    }

    private static (Socket Upstream, Socket Gateway) Connect()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var gateway = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        gateway.Connect(listener.LocalEndPoint!);
        gateway.Blocking = false;
        var upstream = listener.Accept();
        upstream.NoDelay = true;
        return (upstream, gateway);
    }
}
