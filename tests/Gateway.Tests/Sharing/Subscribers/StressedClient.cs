using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Transport.Client;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>One client of <see cref="SubscriberStressTests"/>, and what has been done to it.</summary>
internal sealed class StressedClient : IDisposable
{
    public static readonly byte[] Notice = "event: gateway.test\ndata: {\"text\":\"put in\"}\n\n"u8.ToArray();
    private static readonly byte[] Heartbeat = ":\n"u8.ToArray();
    private static readonly byte[] Gap = "event: gateway.gap\n"u8.ToArray();

    private readonly DirectConnection _connection;
    private readonly Task<byte[]> _received;
    private readonly byte[] _lastId;
    private volatile bool _hasLast;
    private int _heartbeats;

    public StressedClient(SharedStreamUnderTest shared, int sendBufferBytes, bool joinsLate, int lastId)
    {
        _lastId = Encoding.ASCII.GetBytes($"id: {lastId}\n");
        _connection = new DirectConnection(sendBufferBytes);
        JoinsLate = joinsLate;
        (Stream, Subscriber) = shared.Join(_connection);
        _received = Task.Factory.StartNew(Receive, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public LiveStream Stream { get; }

    public Subscriber Subscriber { get; }

    /// <summary>While frames are being published.</summary>
    public bool JoinsLate { get; }

    /// <summary>True when there is nothing more to wait for.</summary>
    public bool HasAll => _hasLast || Stream.Reason != CloseReason.None;

    /// <summary>Puts something in, or tries to.</summary>
    public void Poke(Random random)
    {
        if (random.Next(3) == 0)
        {
            Subscriber.Tell(Notice);
        }
        else if (Subscriber.TryHeartbeat())
        {
            Interlocked.Increment(ref _heartbeats);
        }
    }

    /// <summary>Waits for what is under way, as the end of a response does, and closes the connection.</summary>
    public async Task<byte[]> FinishAsync()
    {
        await Subscriber.SealAsync();
        _connection.Writer.Complete();
        _connection.CloseSending();
        return await _received;
    }

    /// <summary>Takes the client's bytes apart: every frame once, whole and in order, and what was put in between.</summary>
    /// <param name="received">All that came.</param>
    /// <param name="frames">What was published.</param>
    /// <param name="keepsAll">True when the log holds everything.</param>
    /// <param name="name">Which client of which round.</param>
    public void Check(ReadOnlySpan<byte> received, byte[][] frames, bool keepsAll, string name)
    {
        // An abort may come in the middle of a frame, and then nothing follows; what is asked to end ends between two, unless its client does not read
        // for longer than the write deadline of the clock that is the test's.
        var cut = Stream.Reason is CloseReason.ClientClosed or CloseReason.Slow || _connection.AbortReason is not null;
        var (last, heartbeats, gap) = (0, 0, JoinsLate && !keepsAll);
        while (Utf8Parser.TryParse(received, out int length, out var digits, 'x') && received.Length >= digits + length + 4)
        {
            var frame = received.Slice(digits + 2, length);
            received = received[(digits + length + 4)..];
            if (frame.SequenceEqual(Heartbeat))
            {
                heartbeats++;
            }
            else if (frame.StartsWith(Gap))
            {
                Assert.False(keepsAll, name + ": a gap in a log that holds everything");
                gap = true;
            }
            else if (!frame.SequenceEqual(Notice))
            {
                var id = 0;
                Assert.True(
                    frame.StartsWith("id: "u8) && Utf8Parser.TryParse(frame[4..], out id, out _), $"{name}: not a frame: {Encoding.UTF8.GetString(frame)}");
                Assert.True(id == last + 1 || (gap && id > last), $"{name}: {id} came after {last}");
                Assert.True(frame.SequenceEqual(frames[id - 1]), $"{name}: {id} came as {Encoding.UTF8.GetString(frame)}");
                (last, gap) = (id, false);
            }
        }

        Assert.True(cut || received.IsEmpty, $"{name}: {received.Length} bytes of a frame that was not ended");
        Assert.True(cut || heartbeats == _heartbeats, $"{name}: {_heartbeats} heartbeats were put in, {heartbeats} came");
        Assert.True(Stream.Reason != CloseReason.None || last == frames.Length, $"{name}: {last} of {frames.Length} frames came");
    }

    public void Dispose()
    {
        Stream.Dispose();
        _connection.Dispose();
    }

    private byte[] Receive()
    {
        using var stream = new NetworkStream(_connection.Peer);
        using var received = new MemoryStream();
        var buffer = new byte[8192];
        while (stream.Read(buffer) is > 0 and var count)
        {
            var searched = Math.Max(0, (int)received.Length - _lastId.Length);
            received.Write(buffer, 0, count);
            _hasLast |= received.GetBuffer().AsSpan(searched, (int)received.Length - searched).IndexOf(_lastId) >= 0;
        }

        return received.ToArray();
    }
}
