using System.IO.Pipelines;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Connections;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Subscribers;
using Xunit;

namespace Gateway.Tests.Sharing.Subscribers;

/// <summary>A publish goes through the subscribers of one connection one after the other, however they came and whoever has left.</summary>
public sealed class RosterTests
{
    private readonly SharedStreamUnderTest _shared = new(new SharingSettings());
    private readonly Roster _roster = new();
    private readonly List<string> _written = [];

    [Fact]
    public async Task What_is_published_goes_to_one_connection_after_the_other_and_in_the_order_in_which_they_came()
    {
        var connections = Enumerable.Range(0, 10).Select(_ => new DefaultConnectionContext()).ToArray();
        for (var i = 0; i < 100; i++)
        {
            Open(connections[i % 10], $"{i % 10}");
            Open(null, "alone");
        }

        _shared.Shared.Log.Append(new LogFrame { Bytes = ":x\n\n"u8, IsEvent = true });
        _roster.Publish();
        await Deadline.UntilAsync(() => Written.Length == 200);

        var alone = Enumerable.Repeat("alone", 10).ToArray();
        Assert.Equal([.. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat($"{i}", 10).Append("alone")), .. Enumerable.Repeat("alone", 90)], Written);
    }

    /// <summary>What is handed over waits for others to write it, each frame in a buffer of its own.</summary>
    [Fact]
    public async Task Others_are_let_through_after_the_connection_with_which_five_hundred_frames_have_been_handed_over()
    {
        var connections = Enumerable.Range(0, 8).Select(_ => new DefaultConnectionContext()).ToArray();
        var shard = new RosterShard();
        var (here, byMe) = (Environment.CurrentManagedThreadId, 0);
        for (var i = 0; i < 800; i++)
        {
            var subscriber = Create(connections[i % 8], () => Interlocked.Add(ref byMe, Environment.CurrentManagedThreadId == here ? 1 : 0));
            shard.Add(subscriber);
            subscriber.Open(_shared.Streams.Registry.Now);
        }

        _shared.Shared.Log.Append(new LogFrame { Bytes = ":x\n\n"u8, IsEvent = true });
        shard.Execute();

        Assert.Equal(600, byMe);
        await Deadline.UntilAsync(() => Written.Length == 800);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whoever_comes_and_leaves_those_of_one_connection_stand_beside_each_other(int seed)
    {
        var random = new Random(seed);
        DefaultConnectionContext?[] connections = [null, .. Enumerable.Range(0, 5).Select(_ => new DefaultConnectionContext())];
        var there = new List<Subscriber>();
        for (var i = 0; i < 3_000; i++)
        {
            // Now more come, now more leave, down to nobody.
            if (there.Count > 0 && random.Next(10) < (i / 250 % 2 == 0 ? 3 : 8))
            {
                var leaver = there[random.Next(there.Count)];
                there.Remove(leaver);
                _roster.Remove(leaver);
            }
            else
            {
                var newcomer = Create(connections[random.Next(connections.Length)]);
                there.Add(newcomer);
                _roster.Add(newcomer);
            }

            var all = All();
            Assert.Equal(there.Count, _roster.Count);
            Assert.Equal(there.ToHashSet(), all.ToHashSet());
            Assert.Equal(all.Count, there.Count);
            Assert.Equal(there.Where(subscriber => subscriber.Connection is null), all.Where(subscriber => subscriber.Connection is null));
            var turns = all.Select(subscriber => subscriber.Connection).OfType<object>().ToList();
            Assert.Equal(turns.Distinct().Count(), turns.Where((connection, at) => at == 0 || turns[at - 1] != connection).Count());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_leaves_while_somebody_stands_there_leads_on_to_all_that_stay_and_then_to_nobody(bool fromTheBack)
    {
        var connection = new DefaultConnectionContext();
        var all = Enumerable.Range(0, 10).Select(i => Create(i < 6 ? connection : null)).ToArray();
        foreach (var subscriber in all) _roster.Add(subscriber);
        Subscriber[] leavers = [all[2], all[3], all[4]];

        var passed = new List<Subscriber>();
        _roster.ForEach(subscriber =>
        {
            passed.Add(subscriber);
            if (subscriber == all[2])
            {
                foreach (var leaver in fromTheBack ? leavers.Reverse() : leavers) _roster.Remove(leaver);
            }
        });

        // Those behind it may be passed too, or not.
        Assert.Equal(all.Except(leavers.Skip(1)), passed.Except(leavers.Skip(1)));
        Assert.Equal(all.Except(leavers), All());
        Assert.All(leavers, leaver => Assert.Equal((null, null), (leaver.Next, leaver.Previous)));
        foreach (var subscriber in all.Except(leavers)) _roster.Remove(subscriber);
        Assert.All(all, leaver => Assert.Equal((null, null), (leaver.Next, leaver.Previous)));
    }

    [Fact]
    public async Task Who_stays_is_passed_once_each_time_whatever_happens_meanwhile()
    {
        const int Passes = 2_000;
        var connections = Enumerable.Range(0, 4).Select(_ => new DefaultConnectionContext()).ToArray();
        var staying = new HashSet<Subscriber>();
        var coming = Enumerable.Range(0, 40).Select(i => Create(i % 5 == 4 ? null : connections[i % 4])).ToArray();
        for (var i = 0; i < 40; i++)
        {
            staying.Add(Create(i % 5 == 4 ? null : connections[i % 4]));
            _roster.Add(staying.Last());
            _roster.Add(coming[i]);
        }

        var done = false;
        var traffic = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; !Volatile.Read(ref done); i = (i + 1) % coming.Length)
                {
                    _roster.Remove(coming[i]);
                    _roster.Add(coming[i] = Create(i % 5 == 4 ? null : connections[i % 4]));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var missed = 0;
        for (var pass = 0; pass < Passes; pass++)
        {
            missed += All().Count(staying.Contains) == staying.Count ? 0 : 1;
        }

        Volatile.Write(ref done, true);
        await Deadline.ForAsync(traffic);
        Assert.Equal(0, missed);
    }

    private string[] Written
    {
        get
        {
            lock (_written) return [.. _written];
        }
    }

    private List<Subscriber> All()
    {
        var all = new List<Subscriber>();
        _roster.ForEach(all.Add);
        return all;
    }

    private void Open(DefaultConnectionContext? connection, string name)
    {
        var subscriber = Create(connection, name: name);
        _roster.Add(subscriber);
        subscriber.Open(_shared.Streams.Registry.Now);
    }

    private Subscriber Create(DefaultConnectionContext? connection, Action? onWrite = null, string name = "")
    {
        var body = PipeWriter.Create(new NotedTarget(() =>
        {
            onWrite?.Invoke();
            lock (_written) _written.Add(name);
        }));
        var settings = _shared.Shared.Route.Settings;
        var cursor = _shared.Shared.Log.Resume([], JoinPoint.Live, GapAction.Live).Cursor;
        return new Subscriber(_shared.Streams.Begin(settings, http2: connection), _shared.Shared, new BodyRecordWriter(body), cursor, greeting: null);
    }
}
