using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using SseGateway.Relay;
using SseGateway.Transport.Client;
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

    /// <summary>Each upstream on the same poller as one that always has more gets its turn.</summary>
    [Fact]
    public async Task An_upstream_that_always_has_more_keeps_no_other_waiting()
    {
        var floods = new List<Flood>();
        try
        {
            for (var i = 0; i < Environment.ProcessorCount; i++) floods.Add(new Flood());
            await Wire.Deadline.UntilAsync(() => floods.All(flood => flood.IsUnderWay));

            // They are given to one poller after the other.
            for (var i = 0; i < Environment.ProcessorCount; i++)
            {
                var (upstream, socket) = Connect();
                using var _ = upstream;
                var sink = new Taken();
                var copy = new UpstreamBody(socket, chunked: false, default).CopyToAsync(sink, CancellationToken.None);
                for (var sent = 1; sent < 10; sent++)
                {
                    upstream.Send([1]);
                    await Wire.Deadline.UntilAsync(() => sink.Bytes == sent);
                }

                upstream.Shutdown(SocketShutdown.Send);
                await Wire.Deadline.ForAsync(copy);
            }

            Assert.All(floods, flood => Assert.True(flood.IsUnderWay));
        }
        finally
        {
            floods.ForEach(flood => flood.Dispose());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_come_one_by_one_are_passed_on_one_by_one_and_the_end_behind_them_is_seen(bool chunked)
    {
        var (upstream, socket) = Connect();
        using var _ = upstream;
        var sink = new Taken();
        var copy = new UpstreamBody(socket, chunked, default).CopyToAsync(sink, CancellationToken.None);
        var wire = chunked ? "5\r\nhello\r\n01;x=y\r\n!\r\n0\r\nT: 1\r\n\r\n" : "hello!";
        foreach (var one in Encoding.ASCII.GetBytes(wire))
        {
            Assert.False(copy.IsCompleted);
            upstream.Send([one]);
            await Wire.Deadline.UntilAsync(() => socket.SafeHandle.IsClosed || socket.Available == 0);
        }

        // Half of the connection is closed, as a service does that has said all; with chunks the end has been said before.
        if (!chunked) upstream.Shutdown(SocketShutdown.Send);
        await Wire.Deadline.ForAsync(copy);
        Assert.Equal("hello!", sink.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_break_is_told_to_who_is_parked_with_what_came_right_before_it(bool byReset)
    {
        var (upstream, socket) = Connect();
        var sink = new Taken();
        var copy = new UpstreamBody(socket, chunked: true, default).CopyToAsync(sink, CancellationToken.None);
        for (var i = 1; i < 5; i++)
        {
            upstream.Send("1\r\na\r\n"u8);
            await Wire.Deadline.UntilAsync(() => sink.Bytes == i);
        }

        upstream.Send("1\r\nb\r\n"u8);
        if (byReset)
        {
            // What has not been read is lost with a reset.
            await Wire.Deadline.UntilAsync(() => sink.Bytes == 5);
            upstream.Close(timeout: 0);
        }
        else
        {
            upstream.Dispose();
        }

        await Assert.ThrowsAnyAsync<IOException>(() => Wire.Deadline.ForAsync(copy));
        Assert.Equal("aaaab", sink.Text);
    }

    /// <summary>Whatever it does at that moment: dial, wait by .NET's means or the gateway's own, read.</summary>
    [Fact]
    public async Task A_stream_that_is_ended_at_any_moment_closes_its_connection()
    {
        for (var i = 0; i < 300; i++)
        {
            var (upstream, socket) = Connect();
            using var peer = upstream;
            using var ended = new CancellationTokenSource();
            var copy = new UpstreamBody(socket, chunked: true, default).CopyToAsync(new Taken(), ended.Token);
            for (var sent = 0; sent < i % 4; sent++) peer.Send("1\r\na\r\n"u8);
            var ending = Task.Run(ended.Cancel, CancellationToken.None);

            // Without an exception where the connection is closed by now.
            if (i % 2 == 0) peer.Send("1\r\na\r\n"u8, SocketFlags.None, out _);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wire.Deadline.ForAsync(copy));
            await ending;
            Assert.True(socket.SafeHandle.IsClosed);
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

    /// <summary>A client that takes everything at once.</summary>
    private sealed class Taken : WriteOnlyStream
    {
        private readonly StringBuilder _text = new();

        public int Bytes => Text.Length;

        public string Text
        {
            get
            {
                lock (_text) return _text.ToString();
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_text) _text.Append(Encoding.ASCII.GetString(buffer.Span));
            return default;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>An upstream that has more whenever it is read from.</summary>
    private sealed class Flood : WriteOnlyStream
    {
        private static readonly byte[] Full = new byte[UpstreamBody.BufferBytes];

        private readonly Socket _upstream;
        private readonly CancellationTokenSource _ended = new();
        private readonly Task _copy;
        private int _reads;

        public Flood()
        {
            (_upstream, var socket) = Connect();
            _upstream.Blocking = false;
            _copy = new UpstreamBody(socket, chunked: false, default).CopyToAsync(this, _ended.Token);

            // The first by .NET's means, the second by the gateway's own: from there on there is always more.
            _upstream.Send([1]);
            while (Volatile.Read(ref _reads) == 0) Thread.Yield();
            _upstream.Send(Full);
        }

        public bool IsUnderWay => Volatile.Read(ref _reads) > 1000 && !_copy.IsCompleted;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _reads) > 1)
            {
                for (var sent = 1; sent > 0;) sent = _upstream.Send(Full, 0, Full.Length, SocketFlags.None, out _);
            }

            return default;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override void Dispose(bool disposing)
        {
            _ended.Cancel();
            _ended.Dispose();
            _upstream.Dispose();
            base.Dispose(disposing);
        }
    }
}
