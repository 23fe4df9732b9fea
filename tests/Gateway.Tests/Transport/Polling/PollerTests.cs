using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Wire;
using SseGateway.Transport.Polling;
using Xunit;

namespace Gateway.Tests.Transport.Polling;

public sealed class PollerTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_is_told_of_each_time()
    {
        using var pair = await Pair.ConnectAsync();
        for (var i = 0; i < 100; i++)
        {
            var wait = pair.Readiness.WaitAsync();
            await pair.Peer.SendAsync(new byte[] { 1 }, Test);
            await Deadline.ForAsync(wait.AsTask());
            Assert.Equal(1, await pair.ReadAsync());
        }

        Assert.False(pair.Readiness.HungUp);
    }

    [Fact]
    public async Task What_has_come_before_is_told_of_too()
    {
        using var pair = await Pair.ConnectAsync(peer => peer.Send([1, 2, 3]));

        await Deadline.ForAsync(pair.Readiness.WaitAsync().AsTask());
        Assert.Equal(3, await pair.ReadAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_is_told_of_with_what_came_before_it(bool clean)
    {
        using var pair = await Pair.ConnectAsync();
        await pair.Peer.SendAsync(new byte[] { 1 }, Test);
        if (clean) pair.Peer.Shutdown(SocketShutdown.Send);
        else pair.Peer.Close(timeout: 0);

        await Deadline.UntilAsync(async () =>
        {
            if (!pair.Readiness.HungUp) await pair.Readiness.WaitAsync();
            return pair.Readiness.HungUp;
        });
    }

    /// <summary>A place is another's when its first one is gone.</summary>
    [Fact]
    public async Task Sockets_that_come_and_go_are_told_of_what_is_theirs()
    {
        var pairs = new List<Pair>();
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 100; i++) pairs.Add(await Pair.ConnectAsync());
            for (var i = 0; i < pairs.Count; i += 2)
            {
                var wait = pairs[i].Readiness.WaitAsync();
                await pairs[i].Peer.SendAsync(new byte[i + 1], Test);
                await Deadline.ForAsync(wait.AsTask());
                Assert.Equal(i + 1, await pairs[i].ReadAsync());
            }

            foreach (var gone in pairs.Where((_, i) => i % 3 == 0).ToArray())
            {
                gone.Dispose();
                pairs.Remove(gone);
            }
        }

        pairs.ForEach(pair => pair.Dispose());
    }

    /// <summary>What is fetched in rounds is all there, in as many rounds as it takes.</summary>
    [Fact]
    public async Task A_crowd_is_told_of_to_the_last()
    {
        const int Sends = 200;
        var pairs = new List<Pair>();
        for (var i = 0; i < 40; i++) pairs.Add(await Pair.ConnectAsync());
        pairs.ForEach(pair => pair.Readiness.IsGathered = true);
        var reading = pairs.Select(async pair =>
        {
            for (var read = 0; read < Sends;)
            {
                await Deadline.ForAsync(pair.Readiness.WaitAsync().AsTask());
                read += pair.ReadAll();
            }
        }).ToArray();

        for (var i = 0; i < Sends; i++)
        {
            foreach (var pair in pairs) await pair.Peer.SendAsync(new byte[] { 1 }, Test);
        }

        await Task.WhenAll(reading);
        pairs.ForEach(pair => pair.Dispose());
    }

    /// <summary>Whoever waits for a socket hears when it is closed by the gateway itself.</summary>
    [Fact]
    public async Task Who_waits_goes_on_when_he_is_told_to_by_another()
    {
        using var pair = await Pair.ConnectAsync();
        var wait = pair.Readiness.WaitAsync().AsTask();

        pair.Readiness.Set(hungUp: true);

        await Deadline.ForAsync(wait);
        Assert.True(pair.Readiness.HungUp);
    }

    [Fact]
    public void A_socket_that_has_been_closed_is_not_polled()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var handle = socket.SafeHandle;
        socket.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Poller.TryAdd(handle, out _));
    }

    /// <summary>What the kernel refuses is an error of that connection, and its place is the next one's.</summary>
    [Fact]
    public async Task A_socket_that_cannot_be_polled_is_no_others_trouble()
    {
        using var pair = await Pair.ConnectAsync();
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                // Each poller takes it once.
                Poller.TryAdd(pair.Socket.SafeHandle, out _);
            }
            catch (IOException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000 - Environment.ProcessorCount, 999);
        using var other = await Pair.ConnectAsync();
        var wait = other.Readiness.WaitAsync();
        await other.Peer.SendAsync(new byte[] { 1 }, Test);
        await Deadline.ForAsync(wait.AsTask());
        Assert.Equal(1, await other.ReadAsync());
    }

    /// <summary>The number of a file that was closed is the next one's; what was said of the first is not.</summary>
    [Fact]
    public async Task A_file_number_that_is_used_again_is_polled_again()
    {
        for (var i = 0; i < 200; i++)
        {
            using var pair = await Pair.ConnectAsync();
            var wait = pair.Readiness.WaitAsync();
            await pair.Peer.SendAsync(new byte[i + 1], Test);
            await Deadline.ForAsync(wait.AsTask());
            Assert.Equal(i + 1, await pair.ReadAsync());

            // The connection is closed with an end of the other side on its way.
            if (i % 2 == 0) pair.Peer.Close(timeout: 0);
        }
    }

    private sealed class Pair : IDisposable
    {
        private readonly Poller _poller;

        private Pair(Socket socket, Socket peer)
        {
            (Socket, Peer) = (socket, peer);
            Socket.Blocking = false;
            Readiness = Poller.TryAdd(socket.SafeHandle, out var poller)!;
            _poller = poller!;
        }

        public Socket Socket { get; }

        public Socket Peer { get; }

        public Readiness Readiness { get; }

        public static async Task<Pair> ConnectAsync(Action<Socket>? first = null)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(listener.LocalEndpoint, Test);
            var peer = await listener.AcceptSocketAsync(Test);
            peer.NoDelay = true;
            first?.Invoke(peer);
            return new Pair(socket, peer);
        }

        public async Task<int> ReadAsync()
        {
            var read = 0;
            var buffer = new byte[4096];
            await Deadline.UntilAsync(() =>
            {
                read += Socket.Receive(buffer, SocketFlags.None, out var error);
                return error == SocketError.WouldBlock || read > 0;
            });
            return read;
        }

        public int ReadAll()
        {
            var buffer = new byte[4096];
            var read = Socket.Receive(buffer, SocketFlags.None, out var error);
            return error == SocketError.WouldBlock ? 0 : read;
        }

        public void Dispose()
        {
            _poller.Remove(Readiness);
            Socket.Dispose();
            Peer.Dispose();
        }
    }
}
