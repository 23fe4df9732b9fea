using System.Text;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>
/// Frames are published while clients join, get heartbeats and notices, are swept, asked to end and cut off, all at once. Each client has every
/// frame once and in order, and so has the count of all frames.
/// </summary>
public sealed class SubscriberStressTests
{
    private const int LargeLog = 4 * 1024 * 1024;

    [Theory]
    [InlineData(1, 100, 1, 0, LargeLog, false)]
    [InlineData(2, 50, 4, 0, LargeLog, false)]
    [InlineData(3, 40, 40, 0, LargeLog, false)]
    [InlineData(4, 30, 4, 4096, LargeLog, false)]
    [InlineData(5, 30, 4, 4096, 16 * 1024, true)]
    [InlineData(6, 10, 40, 4096, 16 * 1024, true)]
    [InlineData(7, 30, 4, 4096, 16 * 1024, false)]
    public async Task Whatever_happens_at_once_nothing_is_lost_repeated_or_stuck(
        int seed, int rounds, int clients, int sendBufferBytes, int logBytes, bool skips)
    {
        var settings = new SharingSettings { LogBytes = logBytes, OnSlow = skips ? SlowAction.Skip : SlowAction.Close, Join = JoinPoint.All };
        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(new Random((seed * 100_000) + round), clients, sendBufferBytes, settings, $"seed {seed}, round {round}");
        }
    }

    /// <summary>Each frame is the last one for as long as it takes, so whoever has the gate when it is published has to see it.</summary>
    [Fact]
    public async Task No_frame_is_left_until_the_next_one_is_published()
    {
        const int Frames = 50_000;
        var shared = new SharedStreamUnderTest(new SharingSettings());
        using var client = new StressedClient(shared, sendBufferBytes: 0, joinsLate: false, Frames);
        var done = false;
        var poking = OnItsOwnThread(() =>
        {
            for (var own = new Random(1); !Volatile.Read(ref done);)
            {
                client.Poke(own);
                Thread.SpinWait(own.Next(20));
            }
        });

        var missed = 0;
        for (var frame = 1; frame <= Frames && missed == 0; frame++)
        {
            shared.Shared.Log.Append(new LogFrame { Bytes = ":x\n\n"u8, IsEvent = true });
            shared.Shared.Publish();
            var count = frame;
            missed = SpinWait.SpinUntil(() => client.Subscriber.Frames == count, Deadline.Limit) ? 0 : frame;
        }

        Volatile.Write(ref done, true);
        await Deadline.ForAsync(poking);
        await Deadline.ForAsync(client.FinishAsync());
        Assert.Equal(0, missed);
    }

    private static async Task RoundAsync(Random random, int count, int sendBufferBytes, SharingSettings settings, string name)
    {
        var shared = new SharedStreamUnderTest(settings);
        var frames = Frames(random, sendBufferBytes > 0 ? 300 : 4000 / count, sendBufferBytes > 0 ? 3000 : 40);
        var early = Join(random.Next(1, count + 1), late: false);
        var late = Array.Empty<StressedClient>();
        var seeds = (Publish: random.Next(), Poke: random.Next(), End: random.Next());
        var published = 0;

        // Half of the rounds at full speed, where the same instructions meet.
        var pause = 1 + (random.Next(2) * 200);
        using var start = new Barrier(4);
        await Deadline.ForAsync(
            Task.WhenAll(
                OnItsOwnThread(() => Publish(new Random(seeds.Publish))),
                OnItsOwnThread(() => Publish(new Random(seeds.Publish + 1))),
                OnItsOwnThread(() => Poke(new Random(seeds.Poke))),
                OnItsOwnThread(() => End(new Random(seeds.End)))),
            name + ": the end of all calls");

        StressedClient[] all = [.. early, .. late];
        await Deadline.UntilAsync(() => all.All(client => client.HasAll), name + ": the last frame at all clients");
        var received = await Deadline.ForAsync(Task.WhenAll(all.Select(client => client.FinishAsync())), name + ": the end of all connections");
        shared.Streams.Pass(1);
        Assert.Equal(all.Sum(client => client.Subscriber.Frames), all[0].Stream.Counts.Frames);
        for (var i = 0; i < all.Length; i++)
        {
            all[i].Check(received[i], frames, settings.LogBytes == LargeLog, $"{name}, client {i}");
            all[i].Dispose();
        }

        StressedClient[] Join(int howMany, bool late) =>
            [.. Enumerable.Range(0, howMany).Select(_ => new StressedClient(shared, sendBufferBytes, late, frames.Length))];

        void Publish(Random own)
        {
            start.SignalAndWait(Deadline.Limit);
            while (true)
            {
                lock (frames)
                {
                    if (published == frames.Length)
                    {
                        return;
                    }

                    var id = 4..(4 + (published + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).Length);
                    shared.Shared.Log.Append(new LogFrame { Bytes = frames[published++], Id = id, IsEvent = true });
                }

                shared.Shared.Publish();
                Thread.SpinWait(own.Next(pause));
            }
        }

        void Poke(Random own)
        {
            start.SignalAndWait(Deadline.Limit);
            late = Join(own.Next(count), late: true);
            for (var i = own.Next(100); i >= 0 || (pause == 1 && Volatile.Read(ref published) < frames.Length); i--)
            {
                early[own.Next(early.Length)].Poke(own);
                if (own.Next(50) == 0)
                {
                    shared.Streams.Pass(1);
                }

                Thread.SpinWait(own.Next(pause));
            }
        }

        void End(Random own)
        {
            start.SignalAndWait(Deadline.Limit);
            foreach (var client in early)
            {
                Thread.SpinWait(own.Next(4000 / early.Length));
                switch (own.Next(4))
                {
                    case 0:
                        client.Stream.End(CloseReason.Drained);
                        break;
                    case 1:
                        client.Stream.Abort(CloseReason.ClientClosed);
                        break;
                }
            }
        }
    }

    private static byte[][] Frames(Random random, int most, int maxText) =>
        [.. Enumerable.Range(1, random.Next(1, most)).Select(id => Encoding.UTF8.GetBytes($"id: {id}\ndata: {new string('a', random.Next(maxText))}\n\n"))];

    // They meet at a barrier, which would hold up the pool.
    private static Task OnItsOwnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
