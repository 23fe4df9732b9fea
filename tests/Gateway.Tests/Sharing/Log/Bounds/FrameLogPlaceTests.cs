using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log.Bounds;

/// <summary>The first and the last place from which a log can be read, and the ones beside them.</summary>
public sealed class FrameLogPlaceTests
{
    private const string Epoch = "0f0f0f0f0f0f0f0f";
    private const int Count = 3;

    // Of ten frames, 0 to 9, the last three are here.
    private const int All = 10;

    [Theory]
    [InlineData(5, nameof(ResumeKind.Gap), nameof(GapReason.Expired), 3)]
    [InlineData(6, nameof(ResumeKind.Exact), nameof(GapReason.Unknown), 3)]
    [InlineData(7, nameof(ResumeKind.Exact), nameof(GapReason.Unknown), 2)]
    [InlineData(9, nameof(ResumeKind.Exact), nameof(GapReason.Unknown), 0)]
    [InlineData(10, nameof(ResumeKind.Gap), nameof(GapReason.Epoch), 3)]
    public void With_the_gateways_ids_all_is_here_after_the_last_one_that_went(int cursor, string kind, string gap, int following)
    {
        var log = Filled(Epoch);
        var resumption = log.Resume(Ascii($"{Epoch}-{cursor}"), JoinPoint.Live, GapAction.Oldest);
        Assert.Equal((kind, gap, All - following), (resumption.Kind.ToString(), resumption.Gap.ToString(), resumption.From));
        Assert.Equal(following, ModelReader.CountFrom(resumption.Cursor));
        Assert.Equal(resumption.Kind == ResumeKind.Gap ? $"{Epoch}-7" : null, resumption.ResumedAt);
    }

    [Theory]
    [InlineData("6", nameof(ResumeKind.Gap), nameof(GapReason.Expired), 3)]
    [InlineData("7", nameof(ResumeKind.Exact), nameof(GapReason.Unknown), 2)]
    [InlineData("9", nameof(ResumeKind.Exact), nameof(GapReason.Unknown), 0)]
    [InlineData("10", nameof(ResumeKind.Gap), nameof(GapReason.Unknown), 3)]
    [InlineData("07", nameof(ResumeKind.Gap), nameof(GapReason.Unknown), 3)]
    public void With_the_upstreams_ids_what_went_is_told_from_what_never_was(string cursor, string kind, string gap, int following)
    {
        var log = Filled(epoch: null);
        var resumption = log.Resume(Ascii(cursor), JoinPoint.Live, GapAction.Oldest);
        Assert.Equal((kind, gap), (resumption.Kind.ToString(), resumption.Gap.ToString()));
        Assert.Equal(following, ModelReader.CountFrom(resumption.Cursor));
    }

    [Fact]
    public void An_id_below_all_is_unknown_as_long_as_nothing_has_gone()
    {
        var log = new FrameLog(new SharingSettings { LogCount = Count }, new FakeTimeProvider());
        for (var number = 5; number < 5 + Count; number++) Append(log, number, epoch: null);
        Assert.Equal(GapReason.Unknown, log.Resume("4"u8, JoinPoint.Live, GapAction.Oldest).Gap);
        Append(log, 5 + Count, epoch: null);
        Assert.Equal(GapReason.Expired, log.Resume("4"u8, JoinPoint.Live, GapAction.Oldest).Gap);
        Assert.Equal(GapReason.Expired, log.Resume("5"u8, JoinPoint.Live, GapAction.Oldest).Gap);
    }

    [Theory]
    [InlineData(nameof(GapAction.Oldest), 3, "7")]
    [InlineData(nameof(GapAction.Live), 0, null)]
    [InlineData(nameof(GapAction.Close), 0, null)]
    public void After_a_gap_a_client_goes_on_where_the_settings_say(string onGap, int following, string? resumedAt)
    {
        var resumption = Filled(epoch: null).Resume("x"u8, JoinPoint.All, Enum.Parse<GapAction>(onGap));
        Assert.Equal((ResumeKind.Gap, following, resumedAt), (resumption.Kind, ModelReader.CountFrom(resumption.Cursor), resumption.ResumedAt));
    }

    [Theory]
    [InlineData(6, false, 0)]
    [InlineData(7, true, 3)]
    [InlineData(10, true, 0)]
    [InlineData(11, false, 0)]
    public void A_count_of_frames_leads_to_a_place_from_the_oldest_to_the_end(int frames, bool isHere, int following)
    {
        var log = Filled(Epoch);
        Assert.Equal(isHere, log.TryAfter(frames, out var cursor));
        if (isHere) Assert.Equal(following, ModelReader.CountFrom(cursor));
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void A_frame_can_be_read_from_the_oldest_to_the_newest(int number, bool isHere)
    {
        var log = Filled(Epoch);
        Assert.Equal(isHere, log.TryRead(number, out var frame));
        if (!isHere) return;
        Assert.Equal($"id: {Epoch}-{number}\ndata\n\n", Encoding.ASCII.GetString(frame.Bytes));
        Assert.Equal($"{Epoch}-{number}", Encoding.ASCII.GetString(frame.Bytes, frame.IdStart, frame.IdLength));
        Assert.Equal((true, false, LogMarks.None), (frame.IsEvent, frame.IsOwn, frame.Marks));
    }

    [Fact]
    public void What_has_a_number_and_no_bytes_is_passed_by()
    {
        var log = new FrameLog(new SharingSettings(), new FakeTimeProvider(), Epoch);
        Append(log, 0, Epoch);
        log.Pass();
        Append(log, 2, Epoch);
        Assert.False(log.TryRead(1, out _));
        Assert.Equal(3, log.Next);
        foreach (var cursor in (int[])[0, 1])
        {
            var resumption = log.Resume(Ascii($"{Epoch}-{cursor}"), JoinPoint.Live, GapAction.Oldest);
            Assert.Equal((ResumeKind.Exact, 1), (resumption.Kind, ModelReader.CountFrom(resumption.Cursor)));
        }
    }

    [Fact]
    public void Who_brought_the_cursor_that_the_upstream_began_after_gets_all_until_the_first_frame_goes()
    {
        var log = new FrameLog(new SharingSettings { LogCount = Count }, new FakeTimeProvider());
        log.BeginAfter("a"u8);
        for (var number = 0; number < Count; number++) Append(log, number, epoch: null);
        var begun = log.Resume("a"u8, JoinPoint.Live, GapAction.Oldest);
        Assert.Equal((ResumeKind.Begun, 0, Count, true), (begun.Kind, begun.From, ModelReader.CountFrom(begun.Cursor), log.Knows("a"u8)));
        Assert.False(log.Knows("b"u8));
        Assert.False(log.Knows(default));
        Append(log, Count, epoch: null);
        Assert.False(log.Knows("a"u8));
        Assert.Equal(ResumeKind.Gap, log.Resume("a"u8, JoinPoint.Live, GapAction.Oldest).Kind);
    }

    [Theory]
    [InlineData(true, nameof(ResumeKind.Live))]
    [InlineData(false, nameof(ResumeKind.Gap))]
    public void A_log_that_goes_on_with_another_number_has_what_comes_from_there(bool isBeginning, string all)
    {
        var log = Filled(Epoch);
        var here = log.Head.Cursor;
        log.Restart("1f0f0f0f0f0f0f0f", 100, isBeginning);
        Assert.Equal((100, 100), (log.First, log.Next));
        Append(log, 100, "1f0f0f0f0f0f0f0f");
        Assert.Equal(1, ModelReader.CountFrom(here));
        Assert.Equal(all, log.Resume([], JoinPoint.All, GapAction.Oldest).Kind.ToString());
        Assert.Equal(GapReason.Epoch, log.Resume(Ascii($"{Epoch}-9"), JoinPoint.Live, GapAction.Oldest).Gap);
        Assert.Equal(ResumeKind.Exact, log.Resume("1f0f0f0f0f0f0f0f-99"u8, JoinPoint.Live, GapAction.Oldest).Kind);
        Assert.Equal(GapReason.Expired, log.Resume("1f0f0f0f0f0f0f0f-98"u8, JoinPoint.Live, GapAction.Oldest).Gap);
    }

    [Fact]
    public void One_that_has_come_before_is_the_newest_with_its_id_and_content()
    {
        var log = new FrameLog(new SharingSettings { LogCount = 4 }, new FakeTimeProvider());
        foreach (var content in (ulong[])[1, 2, 1, 3]) log.Append(new LogFrame { Bytes = "id: a\n\n"u8, Id = 4..5, UpstreamId = 5, Content = content });
        Assert.Equal((2, 1, -1), (log.Find(5, 1), log.Find(5, 2), log.Find(5, 4)));
        log.Append(new LogFrame { Bytes = "\n"u8, UpstreamId = 7, Content = 9 });
        log.Append(new LogFrame { Bytes = "\n"u8, UpstreamId = 7, Content = 9 });
        Assert.Equal((2, -1), (log.Find(5, 1), log.Find(5, 2)));
        Assert.True(log.Contains(5, 1, out var same) && same);
        Assert.True(log.Contains(5, 2, out same) && !same);
        Assert.False(log.Contains(6, 1, out same) || same);
        Assert.False(log.Contains(0, 1, out same) || same);
    }

    [Fact]
    public void One_without_an_id_is_that_after_another_or_the_only_one()
    {
        var log = new FrameLog(new SharingSettings { LogCount = 6 }, new FakeTimeProvider());
        WithoutId(1);
        WithoutId(2);
        log.Append(new LogFrame { Bytes = "\n"u8, IsNotice = true });
        WithoutId(1);
        WithoutId(3);
        Assert.Equal((3, 1, 4, -1), (log.FindWithoutId(1, 1), log.FindWithoutId(2, -1), log.FindWithoutId(3, 0), log.FindWithoutId(1, -1)));
        Assert.Equal((1, -1, -1), (log.FindWithoutId(2, 4), log.FindWithoutId(9, 4), log.FindWithoutId(0, 1)));

        // The other one has gone, with the first of two that are alike.
        WithoutId(4);
        WithoutId(5);
        WithoutId(6);
        Assert.Equal(2, log.First);
        Assert.Equal((3, -1), (log.FindWithoutId(1, 0), log.FindWithoutId(2, 0)));

        void WithoutId(ulong content) => log.Append(new LogFrame { Bytes = "\n"u8, Content = content });
    }

    private static FrameLog Filled(string? epoch)
    {
        var log = new FrameLog(new SharingSettings { LogCount = Count }, new FakeTimeProvider(), epoch);
        for (var number = 0; number < All; number++) Append(log, number, epoch);
        return log;
    }

    private static void Append(FrameLog log, int number, string? epoch)
    {
        var id = epoch is null ? number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{epoch}-{number}");
        var upstreamId = FrameHash.OfId(Ascii(number.ToString(CultureInfo.InvariantCulture)));
        log.Append(new LogFrame { Bytes = Ascii($"id: {id}\ndata\n\n"), Id = 4..(4 + id.Length), IsEvent = true, UpstreamId = upstreamId, Content = 1 });
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
