using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

public sealed class FrameLogTests
{
    private static readonly SharingSettings Settings = new() { LogBytes = 4096 };

    [Fact]
    public void The_largest_frame_fits_with_an_id_of_the_gateways()
    {
        var log = new FrameLog(Settings, new FakeTimeProvider(), "0f0f0f0f0f0f0f0f");
        var frame = "id:\ndata:".PadRight(Settings.MaxFrameBytes, 'x') + "\r\n\r\n";
        var rewritten = new ArrayBufferWriter<byte>();
        OwnIds.Rewrite(System.Text.Encoding.ASCII.GetBytes(frame), "0f0f0f0f0f0f0f0f", long.MaxValue, rewritten);
        log.Append(new LogFrame { Bytes = rewritten.WrittenSpan });
        Assert.Equal(1, ModelReader.CountFrom(log.Resume([], JoinPoint.All, GapAction.Oldest).Cursor));
    }

    [Fact]
    public void A_frame_that_would_take_more_than_half_of_the_log_is_none()
    {
        var log = new FrameLog(Settings, new FakeTimeProvider());
        Assert.Throws<ArgumentException>(() => log.Append(new LogFrame { Bytes = new byte[Settings.LogBytes / 2] }));
        Assert.Equal(0, log.Next);
    }

    [Fact]
    public void One_of_the_largest_frames_leaves_the_one_before_it()
    {
        var log = new FrameLog(Settings, new FakeTimeProvider());
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        for (var i = 0; i < 10; i++)
        {
            log.Append(new LogFrame { Bytes = new byte[Settings.MaxFrameBytes] });
            Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
            records.GiveBack();
        }

        Assert.Equal(2, ModelReader.CountFrom(log.Oldest().Cursor));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Whose_slab_is_gone_goes_on_at_the_oldest_frame_only_when_nothing_lies_between(int unread, bool goesOn)
    {
        // Each frame has a slab of its own, and the log two of them: the third frame is written where the first was.
        var log = new FrameLog(Settings, new FakeTimeProvider());
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        Append();
        Assert.Equal(1, ModelReader.CountFrom(cursor));
        Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
        records.GiveBack();
        for (var i = 0; i < 2 + unread; i++) Append();
        Assert.Equal(LogRead.RunOver, cursor.TryRead(out _));
        Assert.Equal(goesOn, log.TryGoOn(ref cursor));
        Assert.Equal(!goesOn, cursor.IsRunOver);
        if (goesOn) Assert.Equal(2, ModelReader.CountFrom(cursor));

        void Append() => log.Append(new LogFrame { Bytes = new byte[Settings.MaxFrameBytes] });
    }

    [Fact]
    public void Who_asked_before_more_came_than_can_be_replayed_gets_all_of_it()
    {
        var log = new FrameLog(new SharingSettings { LogBytes = 64 * 1024, LogCount = 10 }, new FakeTimeProvider());
        var asked = log.Head;
        for (var i = 0; i < 100; i++)
        {
            log.Append(new LogFrame { Bytes = "data: 1\n\n"u8, IsEvent = true });
        }

        var resumption = log.Resume([], JoinPoint.Live, GapAction.Oldest, asked);
        Assert.Equal(ResumeKind.Live, resumption.Kind);
        Assert.Equal(100, ModelReader.CountFrom(resumption.Cursor));
    }

    [Fact]
    public void Who_asked_before_the_log_ran_over_gets_a_gap()
    {
        var log = new FrameLog(Settings, new FakeTimeProvider());
        var asked = log.Head;
        for (var i = 0; i < 100; i++)
        {
            log.Append(new LogFrame { Bytes = new byte[1000], IsEvent = true });
        }

        Assert.Equal(ResumeKind.Gap, log.Resume([], JoinPoint.Live, GapAction.Oldest, asked).Kind);
    }

    [Fact]
    public void Readers_that_hold_on_to_as_much_as_the_log_are_told()
    {
        var log = new FrameLog(Settings, new FakeTimeProvider());
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        var held = new List<LogRecords>();
        while (!log.Crowded)
        {
            log.Append(new LogFrame { Bytes = new byte[1000] });
            Assert.Equal(LogRead.Records, cursor.TryRead(out var records));
            held.Add(records);
            Assert.True(held.Count < 100);
        }

        Assert.InRange(log.RetiredBytes, Settings.LogBytes, 2 * Settings.LogBytes);
        foreach (var records in held.Where(records => records.RunOver))
        {
            records.GiveBack();
        }

        for (var i = 0; i < 4; i++)
        {
            log.Append(new LogFrame { Bytes = new byte[1000] });
        }

        Assert.False(log.Crowded);
    }
}
