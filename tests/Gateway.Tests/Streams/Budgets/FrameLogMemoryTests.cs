using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Streams.Budgets.Memory;
using Xunit;

namespace Gateway.Tests.Streams.Budgets;

public sealed class FrameLogMemoryTests
{
    private static readonly SharingSettings Settings = new();

    [Fact]
    public void Logs_stay_within_what_all_of_them_may_have_together()
    {
        var memory = new MemoryBudget(2_000_000);
        var logs = Enumerable.Range(0, 20).Select(_ => Log(memory)).ToArray();
        for (var i = 0; i < 3000; i++)
        {
            foreach (var log in logs)
            {
                log.Append(new LogFrame { Bytes = new byte[1000] });
            }
        }

        // A little more for each: one that comes late has to have something.
        Assert.InRange(memory.Retained, 1_500_000, 2_000_000 + (logs.Length * 10_000));
        Assert.Equal(logs.Sum(log => log.Retained), memory.Retained);
        foreach (var log in logs)
        {
            log.Release();
        }

        Assert.Equal(0, memory.Retained);
    }

    [Fact]
    public void A_log_that_has_room_again_grows_again()
    {
        var memory = new MemoryBudget(100_000);
        var log = Log(memory);
        Fill(log);
        Assert.InRange(log.Retained, 0, 110_000);

        memory.SetLimit(10_000_000);
        Fill(log);
        Assert.InRange(log.Retained, 1_000_000, 3_000_000);
    }

    /// <summary>In steps, between which the clients go on to where the log is now.</summary>
    [Fact]
    public void A_log_that_shrinks_leaves_those_who_have_read_everything_where_they_are()
    {
        var log = Log(new MemoryBudget(10_000_000));
        Fill(log);
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        for (var sweep = 0; sweep < 5; sweep++)
        {
            log.Shrink(8192);
            Assert.Equal(LogRead.Nothing, cursor.TryRead(out _));
        }

        // Two of the smallest slabs, and the smallest ring of entries.
        Assert.InRange(log.Retained, 1, 20_000);
        log.Append(new LogFrame { Bytes = "data: 1\n\n"u8 });
        Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
        records.GiveBack();
    }

    [Fact]
    public void What_a_log_has_given_up_is_a_gap_for_those_that_ask_for_it()
    {
        var log = Log(new MemoryBudget(10_000_000));
        log.Append(new LogFrame { Bytes = "id: a\ndata: 1\n\n"u8, Id = 4..5, UpstreamId = FrameHash.OfId("a"u8) });
        Assert.Equal(ResumeKind.Exact, log.Resume("a"u8, JoinPoint.Live, GapAction.Oldest).Kind);
        Fill(log);
        log.Shrink(8192);

        Assert.Equal(ResumeKind.Gap, log.Resume("a"u8, JoinPoint.Live, GapAction.Oldest).Kind);
    }

    /// <summary>It is kept beside the ring, and only it can grow without a frame's being any larger than others.</summary>
    [Fact]
    public void The_newest_snapshot_counts_and_the_ring_gives_way_to_it()
    {
        var memory = new MemoryBudget(10_000_000);
        var log = Log(memory);
        Fill(log);
        var before = log.Retained;
        log.Append(new LogFrame { Bytes = new byte[100], IsEvent = true, IsSnapshot = true });
        Assert.Equal(before + 100, log.Retained);
        log.Append(new LogFrame { Bytes = new byte[200_000], IsEvent = true, IsSnapshot = true });
        log.Append(new LogFrame { Bytes = new byte[50_000], IsEvent = true, IsSnapshot = true });
        Assert.Equal(memory.Retained, log.Retained);
        Assert.InRange(log.Retained, log.Bytes + 200_000, long.MaxValue);

        // Of the snapshot what is needed stays.
        Fill(log);
        log.Shrink(300_000);
        Assert.InRange(log.Retained, log.Bytes + 50_000, 300_000);
        Assert.Equal(memory.Retained, log.Retained);
        Assert.Equal(50_000, log.Resume(default, JoinPoint.Live, GapAction.Oldest).Snapshot?.Length);
        log.Release();
        Assert.Equal(0, memory.Retained);
    }

    private static FrameLog Log(MemoryBudget memory) => new(Settings, new FakeTimeProvider(), epoch: null, memory);

    private static void Fill(FrameLog log)
    {
        for (var i = 0; i < 3000; i++)
        {
            log.Append(new LogFrame { Bytes = new byte[1000] });
        }
    }
}
