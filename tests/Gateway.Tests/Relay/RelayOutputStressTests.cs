using System.Globalization;
using System.Text;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings;
using SseGateway.Protocol;
using SseGateway.Relay;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>
/// One relays random frames in random cuts while others put heartbeats and notices in and end the stream, all at once. What the client
/// got, less what was put in between frames, is the beginning of what was sent, and ends with a frame when the stream was ended.
/// </summary>
public sealed class RelayOutputStressTests
{
    private static readonly byte[] Block = ":\n\n"u8.ToArray();
    private static readonly byte[] Line = ":\n"u8.ToArray();
    private static readonly byte[] Notice = "event: gateway.test\ndata: {\"text\":\"put in\"}\n\n"u8.ToArray();

    [Theory]
    [InlineData(1, 1000, 0)]
    [InlineData(2, 1000, 0)]
    [InlineData(3, 40, 4096)]
    [InlineData(4, 40, 4096)]
    public async Task Whatever_happens_at_once_nothing_is_lost_mixed_or_stuck(int seed, int rounds, int sendBufferBytes)
    {
        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(new Random((seed * 100_000) + round), sendBufferBytes, $"seed {seed}, round {round}");
        }
    }

    private static async Task RoundAsync(Random random, int sendBufferBytes, string name)
    {
        var (wire, ends, lines, lineEnd) = Frames(random, sendBufferBytes > 0 ? 300 : 12, sendBufferBytes > 0 ? 3000 : 40);
        using var connection = new DirectConnection(sendBufferBytes);
        var streams = new StreamsUnderTest();
        var hasParser = random.Next(2) == 0;
        var (stream, output) = streams.Open(connection, new RouteSettings { Heartbeat = TimeSpan.Zero }, accept: hasParser ? StreamsUnderTest.Parser : "");
        var (told, ended) = (random.Next(2) == 0, random.Next(2) == 0);
        var seeds = (Relay: random.Next(), Poke: random.Next(), End: random.Next());
        var inserted = 0;
        using var start = new Barrier(3);
        var receiving = sendBufferBytes > 0 ? Task.Run(() => Receive(connection)) : null;
        var relaying = OnItsOwnThread(async () =>
        {
            start.SignalAndWait(Deadline.Limit);
            return await RelayAsync(output, wire, new Random(seeds.Relay));
        });
        var poking = OnItsOwnThread(() =>
        {
            start.SignalAndWait(Deadline.Limit);
            var own = new Random(seeds.Poke);
            for (var i = own.Next(30); i >= 0; i--)
            {
                if (told && own.Next(3) == 0)
                {
                    output.Tell(Notice);
                }
                else if (output.TryHeartbeat())
                {
                    inserted++;
                }

                Thread.SpinWait(own.Next(200));
            }

            return Task.FromResult(true);
        });
        var ending = OnItsOwnThread(() =>
        {
            start.SignalAndWait(Deadline.Limit);
            var own = new Random(seeds.End);
            Thread.SpinWait(own.Next(4000));
            if (ended)
            {
                stream.End(CloseReason.Drained);
            }

            return Task.FromResult(true);
        });

        await Deadline.ForAsync(Task.WhenAll(relaying, poking, ending), name + ": the end of all writes");

        // As the relay does it when its copy is over.
        stream.TrySetReason(CloseReason.UpstreamEnded);
        await Deadline.ForAsync(output.SealAsync().AsTask(), name + ": the seal");
        connection.Writer.Complete();
        connection.CloseSending();
        var received = receiving is null ? Receive(connection) : await Deadline.ForAsync(receiving, name + ": the client");
        var all = await relaying;
        var (passed, heartbeats, notices) = Strip(received, wire, ends, hasParser ? lines : ends, hasParser ? Line : Block, lineEnd, name);

        Assert.True(inserted == heartbeats, $"{name}: {inserted} heartbeats were put in, {heartbeats} came");
        if (stream.Reason == CloseReason.Drained)
        {
            Assert.True(ends.Contains(passed) && output.AtBoundary, $"{name}: ended after {passed} bytes, in mid-frame");
        }
        else
        {
            Assert.True(all && passed == wire.Length, $"{name}: {passed} of {wire.Length} bytes came");
        }

        Assert.True(told || notices == 0, $"{name}: {notices} notices of nobody");
    }

    // They meet at a barrier, which would hold up the pool.
    private static Task<bool> OnItsOwnThread(Func<Task<bool>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static async Task<bool> RelayAsync(RelayOutput output, byte[] wire, Random random)
    {
        try
        {
            for (var at = 0; at < wire.Length;)
            {
                var length = Math.Min(wire.Length - at, random.Next(10) == 0 ? wire.Length : random.Next(1, 24));
                await output.WriteAsync(wire.AsMemory(at, length));
                at += length;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] Receive(DirectConnection connection)
    {
        using var stream = new System.Net.Sockets.NetworkStream(connection.Peer);
        using var received = new MemoryStream();
        stream.CopyTo(received);
        return received.ToArray();
    }

    /// <summary>Takes out what stands between frames, or for a comment between lines, and is the gateway's; the rest has to be what was sent, from the start
    /// on.</summary>
    private static (int Passed, int Heartbeats, int Notices) Strip(
        byte[] received, byte[] wire, HashSet<int> ends, HashSet<int> lines, byte[] heartbeat, LineEnd lineEnd, string name)
    {
        var (at, heartbeats, notices) = (0, 0, 0);
        var firstLineEnd = wire.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
        var (before, behind) = (Own(LineEnd.LineFeed), Own(lineEnd));
        for (var i = 0; i < received.Length;)
        {
            var between = at == 0 || ends.Contains(at);
            var (comment, notice) = at <= firstLineEnd ? before : behind;
            if ((between || lines.Contains(at)) && received.AsSpan(i).StartsWith(comment))
            {
                (heartbeats, i) = (heartbeats + 1, i + comment.Length);
                at = SkipMark(at, wire);
            }
            else if (between && received.AsSpan(i).StartsWith(notice))
            {
                (notices, i) = (notices + 1, i + notice.Length);
                at = SkipMark(at, wire);
            }
            else
            {
                if (at >= wire.Length || received[i] != wire[at])
                {
                    var around = Encoding.UTF8.GetString(received.AsSpan(Math.Max(0, i - 20), Math.Min(40, received.Length - Math.Max(0, i - 20))));
                    Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{name}: byte {i} is wrong, at {at} of what was sent: {around}"));
                }

                (at, i) = (at + 1, i + 1);
            }
        }

        return (at, heartbeats, notices);

        (byte[] Comment, byte[] Notice) Own(LineEnd shown) => (OwnFrame.In(heartbeat, shown), OwnFrame.In(Notice, shown));
    }

    // Behind an insertion it would not be a byte order mark any more.
    private static int SkipMark(int at, byte[] wire) => at == 0 && wire is [0xEF, 0xBB, 0xBF, ..] ? 3 : at;

    /// <summary>Frames that are told from the gateway's own by their first byte, the places where the stream may be ended, and where lines begin.</summary>
    private static (byte[] Wire, HashSet<int> Ends, HashSet<int> Lines, LineEnd LineEnd) Frames(Random random, int maxFrames, int maxText)
    {
        var shown = new[] { LineEnd.LineFeed, LineEnd.CarriageReturnLineFeed, LineEnd.CarriageReturn }[random.Next(3)];
        var lineEnd = Encoding.ASCII.GetString(OwnFrame.In("\n"u8.ToArray(), shown));
        var (wire, ends, lines) = (new MemoryStream(), new HashSet<int> { 0 }, new HashSet<int>());
        if (random.Next(2) == 0)
        {
            Write("\uFEFF");
        }

        for (var frame = random.Next(1, maxFrames); frame > 0; frame--)
        {
            // Lines that begin with what would be a byte order mark at the stream's start among them.
            for (var line = random.Next(1, 4); line > 0; line--)
            {
                Write(random.Next(4) == 0 ? "\uFEFFx" : "data: " + new string(random.Next(2) == 0 ? 'a' : '\u00E9', random.Next(maxText)));
                wire.Write(Encoding.UTF8.GetBytes(lineEnd));
                lines.Add((int)wire.Length);
            }

            if (lineEnd == "\r\n")
            {
                wire.WriteByte((byte)'\r');
                ends.Add((int)wire.Length);
                wire.WriteByte((byte)'\n');
                ends.Add((int)wire.Length);
            }
            else
            {
                Write(lineEnd);
                ends.Add((int)wire.Length);
            }
        }

        // One at the start is a byte order mark, whatever it was meant for, and behind it there is no line yet.
        if (wire.ToArray() is [0xEF, 0xBB, 0xBF, ..])
        {
            ends.Add(3);
        }

        lines.UnionWith(ends);
        return (wire.ToArray(), ends, lines, shown);

        void Write(string text) => wire.Write(Encoding.UTF8.GetBytes(text));
    }
}
