using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Streams.Budgets.Memory;
using Xunit;

namespace Gateway.Tests.Sharing.Log.Bounds;

/// <summary>What a log has in memory, to the byte: its slabs, its entries, its snapshot, and what readers hold on to; and what it gives back.</summary>
public sealed class FrameLogSizeTests
{
    private const int LeastEntries = 64;

    private readonly MemoryBudget _memory = new(long.MaxValue);

    private static long EntryBytes => Unsafe.SizeOf<LogEntry>() + sizeof(long);

    /// <summary>Each slab is twice the one before, up to an eighth of the log and 64 KB; with them it comes to its bound, and to no more.</summary>
    [Theory]
    [InlineData(4096, 512, 512, 512, 512, 512, 512, 512, 512)]
    [InlineData(32 * 1024, 4096, 4096, 4096, 4096)]
    [InlineData(256 * 1024, 4096, 8192, 16384, 32768, 32768)]
    [InlineData(4 * 1024 * 1024, 4096, 8192, 16384, 32768, 65536, 65536, 65536)]
    public void Slabs_grow_up_to_an_eighth_of_the_log(int bytes, params int[] capacities)
    {
        var log = Log(new SharingSettings { LogBytes = bytes });
        Assert.Equal(capacities[0], log.Bytes);
        foreach (var capacity in capacities[1..])
        {
            var before = log.Bytes;
            while (log.Bytes == before) Append(log, 1);
            Assert.Equal(before + capacity, log.Bytes);
        }

        for (var i = 0; i < bytes / 250; i++) Append(log, 500);
        Assert.InRange(log.Bytes, bytes - (capacities[^1] - 1), bytes);
        Assert.Equal(log.Retained, _memory.Retained);
    }

    [Fact]
    public void A_frame_that_is_larger_than_the_next_slab_has_one_of_its_size()
    {
        var log = Log(new SharingSettings());
        var before = log.Bytes;
        Append(log, 100_000);
        Assert.Equal(before + 100_000 + ChunkFraming.MaxOverhead, log.Bytes);
    }

    [Fact]
    public void A_notice_for_some_of_the_clients_has_a_slab_of_its_size_and_the_next_frame_another()
    {
        var log = Log(new SharingSettings());
        log.Append(new LogFrame { Bytes = new byte[100], IsNotice = true, IsForReturning = true });
        Assert.Equal(4096 + 100 + ChunkFraming.MaxOverhead, log.Bytes);
        Append(log, 100);
        Assert.Equal(4096 + 100 + ChunkFraming.MaxOverhead + 4096, log.Bytes);
        Assert.Equal(log.Bytes + (LeastEntries * EntryBytes), log.Retained);
    }

    /// <summary>Counted when they come, with frames and with what has a number alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Entries_count_and_are_twice_as_many_when_there_is_no_place_left(bool pass)
    {
        var log = Log(new SharingSettings());
        for (var i = 0; i < LeastEntries; i++) Add();
        Assert.Equal(4096 + (LeastEntries * EntryBytes), log.Retained);
        Add();
        Assert.Equal(4096 + (2 * LeastEntries * EntryBytes), log.Retained);
        Assert.Equal((log.Retained, 0), (_memory.Retained, log.First));

        void Add()
        {
            if (pass) log.Pass();
            else Append(log, 1);
        }
    }

    [Fact]
    public void Entries_are_not_more_than_frames_that_can_be_replayed()
    {
        var log = Log(new SharingSettings { LogCount = LeastEntries });
        for (var i = 0; i < LeastEntries + 1; i++) Append(log, 1);
        Assert.Equal((1, 4096 + (LeastEntries * EntryBytes)), (log.First, log.Retained));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_memory_is_short_the_oldest_gives_its_entry_to_the_newest(bool pass)
    {
        var log = Log(new SharingSettings());
        for (var i = 0; i < LeastEntries; i++) Append(log, 1);

        // Another 64 are one byte more than there may be.
        _memory.SetLimit((log.Retained * 2) - 4096 - 1);
        Add();
        Assert.Equal((1, 4096 + (LeastEntries * EntryBytes)), (log.First, log.Retained));

        _memory.SetLimit((log.Retained * 2) - 4096);
        Add();
        Assert.Equal((1, 4096 + (2 * LeastEntries * EntryBytes)), (log.First, log.Retained));

        void Add()
        {
            if (pass) log.Pass();
            else Append(log, 1);
        }
    }

    /// <summary>To the byte: at what there may be nothing goes.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(100_000, 6)]
    public void Shrinking_lets_go_of_as_many_slabs_as_are_too_many_and_never_of_the_last_two(int less, int slabs)
    {
        // Eight slabs of one frame each.
        var log = Log(new SharingSettings { LogBytes = 4096 });
        for (var i = 0; i < 8; i++) Append(log, 500);
        Assert.Equal((4096, 0), (log.Bytes, log.First));

        log.Shrink(log.Retained - less);
        Assert.Equal((slabs, 4096 - (slabs * 512)), (log.First, log.Bytes));
        Assert.Equal(log.Bytes + (LeastEntries * EntryBytes), log.Retained);
        Assert.Equal((0, log.Retained), (log.RetiredBytes, _memory.Retained));
    }

    [Fact]
    public void The_last_two_slabs_go_when_small_ones_follow_them_and_the_entries_of_what_they_had()
    {
        var log = Log(new SharingSettings());
        for (var i = 0; i < 1000; i++) Append(log, 1000);
        var bytes = log.Bytes;
        log.Shrink(log.Retained);
        Assert.Equal(bytes, log.Bytes);

        for (var sweep = 0; sweep < 4; sweep++) log.Shrink(1);
        Assert.Equal((2 * 4096, log.Next), (log.Bytes, log.First));
        Assert.Equal((2 * 4096) + (LeastEntries * EntryBytes), log.Retained);
        Assert.Equal(log.Retained, _memory.Retained);
    }

    [Fact]
    public void What_a_reader_holds_counts_until_it_is_given_back_and_the_log_shrinks()
    {
        var log = Log(new SharingSettings { LogBytes = 4096 });
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        Append(log, 500);
        Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
        for (var i = 0; i < 8; i++) Append(log, 500);
        Assert.Equal((512, 4096), (log.RetiredBytes, log.Bytes));
        Assert.Equal(512 + 4096 + (LeastEntries * EntryBytes), log.Retained);

        log.Shrink(log.Retained);
        Assert.Equal(512, log.RetiredBytes);
        records.GiveBack();
        log.Shrink(log.Retained);
        Assert.Equal((0, 4096 + (LeastEntries * EntryBytes)), (log.RetiredBytes, log.Retained));
    }

    /// <summary>Where all logs together have too much, as soon as readers of this one hold on to anything.</summary>
    [Fact]
    public void Readers_are_told_to_let_go_of_the_first_slab_when_memory_is_short()
    {
        var log = Log(new SharingSettings { LogBytes = 4096 });
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        Append(log, 500);
        _memory.SetLimit(1);
        Assert.False(log.Crowded);
        Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
        _memory.SetLimit(1_000_000);
        for (var i = 0; i < 8; i++) Append(log, 500);
        Assert.False(log.Crowded);
        _memory.SetLimit(1);
        Assert.True(log.Crowded);
        records.GiveBack();
    }

    [Fact]
    public void A_snapshot_counts_by_the_largest_there_has_been_until_the_log_shrinks()
    {
        var log = Log(new SharingSettings());
        var before = log.Retained;
        log.Remember(7, new byte[300]);
        Assert.Equal((before + 300, true), (log.Retained, log.HasFrames));
        log.Remember(8, new byte[200]);
        Assert.Equal(before + 300, log.Retained);
        log.Shrink(before + 300);
        Assert.Equal((before + 200, before + 200), (log.Retained, _memory.Retained));
        log.Restart("0f0f0f0f0f0f0f0f", 9, isBeginning: false);
        log.Shrink(before + 200);
        Assert.Equal(before, log.Retained);
    }

    [Fact]
    public void What_stands_between_two_frames_counts_with_its_slab_and_has_no_number()
    {
        var log = Log(new SharingSettings());
        var cursor = log.Head.Cursor;
        log.AppendApart(new byte[4096 - 12]);
        Assert.Equal((4096, 0), (log.Bytes, log.Next));
        log.AppendApart(new byte[10]);
        Assert.Equal((4096 + 8192, log.Retained), (log.Bytes, _memory.Retained));
        Assert.Equal(log.Bytes + (LeastEntries * EntryBytes), log.Retained);
        Assert.Equal(2, ModelReader.CountFrom(cursor));
        Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
        Assert.Equal(0, records.Frames);
        records.GiveBack();
    }

    [Fact]
    public void Once_released_it_counts_for_nothing_whatever_comes()
    {
        var log = Log(new SharingSettings());
        log.Release();
        Assert.Equal((0, 0), (log.Retained, _memory.Retained));
        for (var i = 0; i < 200; i++) Append(log, 1000);
        log.Shrink(1);
        Assert.Equal((0, 0), (log.Retained, _memory.Retained));
    }

    private FrameLog Log(SharingSettings settings) => new(settings, new FakeTimeProvider(), memory: _memory);

    private static void Append(FrameLog log, int length) => log.Append(new LogFrame { Bytes = new byte[length], IsEvent = true });
}
