using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using Xunit;

namespace Gateway.Tests.Sharing.Log.Bounds;

/// <summary>A frame can be replayed for exactly its age, and at the next tick it is gone for whoever asks.</summary>
public sealed class FrameLogAgeTests
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();

    public enum Way
    {
        Resume,
        After,
        Oldest,
        Append,
        Pass,
    }

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public void It_is_here_at_its_age_and_not_a_tick_later(Way way)
    {
        var log = Log(Age);
        Append(log, "1");
        _time.Advance(Tick);
        Append(log, "2");
        _time.Advance(Age - Tick);
        Look(log, way);
        Assert.Equal(0, log.First);

        _time.Advance(Tick);
        Look(log, way);
        Assert.Equal(1, log.First);

        _time.Advance(Tick);
        Look(log, way);
        Assert.Equal(2, log.First);
    }

    [Fact]
    public void Who_has_the_id_of_one_that_has_just_gone_has_a_gap_and_goes_on_with_the_next()
    {
        var log = Log(Age);
        Append(log, "1");
        _time.Advance(Tick);
        Append(log, "2");
        _time.Advance(Age - Tick);
        Assert.Equal(ResumeKind.Exact, log.Resume("1"u8, JoinPoint.Live, GapAction.Oldest).Kind);

        _time.Advance(Tick);
        var gap = log.Resume("1"u8, JoinPoint.Live, GapAction.Oldest);
        Assert.Equal((ResumeKind.Gap, GapReason.Expired, "2", 1L), (gap.Kind, gap.Gap, gap.ResumedAt, gap.From));
        Assert.Equal(ResumeKind.Exact, log.Resume("2"u8, JoinPoint.Live, GapAction.Oldest).Kind);
    }

    [Fact]
    public void Without_an_age_none_goes()
    {
        var log = Log(TimeSpan.Zero);
        Append(log, "1");
        _time.Advance(TimeSpan.FromDays(1000));
        Append(log, "2");
        Assert.Equal(ResumeKind.Exact, log.Resume("1"u8, JoinPoint.Live, GapAction.Oldest).Kind);
    }

    /// <summary>What is too old for others is there for a client that was on its way to it.</summary>
    [Fact]
    public void A_cursor_gets_what_came_after_it_however_old_that_is()
    {
        var log = Log(Age);
        var cursor = log.Resume([], JoinPoint.Live, GapAction.Oldest).Cursor;
        Append(log, "1");
        _time.Advance(Age + Tick);
        Append(log, "2");
        Assert.Equal(1, log.First);
        Assert.Equal(2, ModelReader.CountFrom(cursor));
    }

    private FrameLog Log(TimeSpan age) => new(new SharingSettings { LogAge = age }, _time);

    private static void Append(FrameLog log, string id)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata\n\n"));
        log.Append(new LogFrame { Bytes = bytes, Id = 4..(4 + id.Length), IsEvent = true, UpstreamId = FrameHash.OfId(bytes.AsSpan(4, id.Length)) });
    }

    private static void Look(FrameLog log, Way way)
    {
        switch (way)
        {
            case Way.Resume:
                log.Resume([], JoinPoint.All, GapAction.Oldest);
                break;
            case Way.After:
                log.TryAfter(0, out _);
                break;
            case Way.Oldest:
                log.Oldest();
                break;
            case Way.Append:
                log.Append(new LogFrame { Bytes = "data\n\n"u8 });
                break;
            default:
                log.Pass();
                break;
        }
    }
}
