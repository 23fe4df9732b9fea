using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

/// <summary>What holds for the log of a shared stream, however its frames get there.</summary>
public abstract class SharedLogTests
{
    private protected abstract LogUnderTest Create(SharingSettings settings);

    [Fact]
    public void Who_has_an_id_gets_all_after_it()
    {
        var log = Create(new SharingSettings());
        log.Append("id: 1\ndata: a\n\n", "data: b\n\n", "id: 3\ndata: c\n\n");
        var resumption = log.Resume("1");
        Assert.Equal((ResumeKind.Exact, "data: b\n\nid: 3\ndata: c\n\n"), (resumption.Kind, LogUnderTest.Read(resumption.Cursor)));
        Assert.Equal(ResumeKind.Exact, log.Resume("3").Kind);
    }

    [Fact]
    public void Who_has_none_gets_what_the_settings_say()
    {
        var log = Create(new SharingSettings());
        log.Append("data: a\n\n", "event: c\n\n", "data: d\n\n");
        Assert.Equal("", LogUnderTest.Read(log.Resume("", JoinPoint.Live).Cursor));
        Assert.Equal("data: d\n\n", LogUnderTest.Read(log.Resume("", new JoinPoint(1)).Cursor));
        var all = log.Resume("", JoinPoint.All);
        Assert.Equal((ResumeKind.Live, "data: a\n\nevent: c\n\ndata: d\n\n"), (all.Kind, LogUnderTest.Read(all.Cursor)));
    }

    [Fact]
    public void What_it_has_let_go_is_expired_and_what_it_never_had_unknown()
    {
        var log = Create(new SharingSettings { LogCount = 3 });
        log.Append([.. Enumerable.Range(1, 10).Select(Share.Event)]);
        var expired = log.Resume("2");
        Assert.Equal((ResumeKind.Gap, GapReason.Expired, "8"), (expired.Kind, expired.Gap, expired.ResumedAt));
        Assert.Equal(Share.Events(8, 10), LogUnderTest.Read(expired.Cursor));
        Assert.Equal((ResumeKind.Gap, GapReason.Unknown), (log.Resume("x").Kind, log.Resume("x").Gap));
        Assert.Equal(ResumeKind.Gap, log.Resume("", JoinPoint.All).Kind);
    }

    [Fact]
    public void With_ids_of_the_gateways_each_event_has_one_that_it_can_be_resumed_after()
    {
        var log = Create(new SharingSettings { Ids = EventIds.Gateway });
        log.Append("id: 1\ndata: a\n\n", "data: b\n\n");
        var ids = LogUnderTest.Read(log.Resume("", JoinPoint.All).Cursor).Split('\n')
            .Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line["id: ".Length..]).ToArray();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal($"id: {ids[1]}\ndata: b\n\n", LogUnderTest.Read(log.Resume(ids[0]).Cursor));
        Assert.Equal(ResumeKind.Exact, log.Resume(ids[1]).Kind);
        Assert.Equal(GapReason.Epoch, log.Resume("other-1").Gap);
        Assert.Equal(GapReason.Unknown, log.Resume("1").Gap);
    }

    [Fact]
    public void What_has_come_before_is_found_by_id_and_content()
    {
        var log = Create(new SharingSettings());
        log.Append("id: 1\ndata: a\n\n", "data: b\n\n");
        Assert.True(log.Log.Contains(LogUnderTest.IdOf("1"), LogUnderTest.ContentOf("id: 1\ndata: a\n\n"), out var same) && same);
        Assert.True(log.Log.Contains(LogUnderTest.IdOf("1"), LogUnderTest.ContentOf("id: 1\ndata: z\n\n"), out same) && !same);
        Assert.False(log.Log.Contains(LogUnderTest.IdOf("2"), 0, out _));
        var number = log.Log.Find(LogUnderTest.IdOf("1"), LogUnderTest.ContentOf("id: 1\ndata: a\n\n"));
        Assert.Equal(number + 1, log.Log.FindWithoutId(LogUnderTest.ContentOf("data: b\n\n"), number));
    }

    [Fact]
    public void A_snapshot_comes_first()
    {
        var log = Create(new SharingSettings { Snapshot = "put", LogCount = 2 });
        log.Append("event: put\ndata: all\n\n", "data: 1\n\n", "data: 2\n\n", "data: 3\n\n");
        var begun = log.Resume("", JoinPoint.All);
        Assert.Equal(
            ("event: put\ndata: all\n\n", "data: 2\n\ndata: 3\n\n"), (Encoding.UTF8.GetString(begun.Snapshot!), LogUnderTest.Read(begun.Cursor)));
    }

    [Fact]
    public void A_notice_is_for_those_who_have_been_here()
    {
        var log = Create(new SharingSettings());
        log.Append("data: 3\n\n");
        var here = log.Resume("", JoinPoint.Live).Cursor;
        log.AppendNotice("data: gap\n\n");
        log.Append("data: 4\n\n");
        Assert.Equal("data: 4\n\n", LogUnderTest.Read(here));
        Assert.Equal("data: 3\n\ndata: gap\n\ndata: 4\n\n", LogUnderTest.Read(log.Resume("x").Cursor));
    }

    [Fact]
    public void A_client_by_whose_cursor_the_upstream_was_dialled_gets_all()
    {
        var log = Create(new SharingSettings());
        log.BeginAfter("7");
        Assert.True(log.Log.Knows("7"u8));
        log.Append("id: 8\ndata: a\n\n");
        var resumption = log.Resume("7");
        Assert.Equal((ResumeKind.Begun, "id: 8\ndata: a\n\n"), (resumption.Kind, LogUnderTest.Read(resumption.Cursor)));
    }
}
