using System.Text;
using ChatBackend.Rooms;
using Xunit;

namespace Chat.Tests.Rooms;

public sealed class RoomLogTests
{
    [Fact]
    public void Log_forgets_the_oldest_beyond_its_entries()
    {
        var log = new RoomLog(maximumEntries: 3, maximumBytes: 1_000);
        for (var id = 1; id <= 5; id++)
            log.AppendMessage(id, Frame($"m{id}"));

        Assert.Equal(["m3", "m4", "m5"], ReadAll(log, sentId: 0));
        Assert.Equal(2, log.First);
        Assert.Equal(5, log.Next);
    }

    [Fact]
    public void Log_forgets_the_oldest_beyond_its_bytes_but_keeps_the_newest_whatever_its_size()
    {
        var log = new RoomLog(maximumEntries: 100, maximumBytes: 10);
        log.AppendMessage(1, Frame("1234"));
        log.AppendMessage(2, Frame("1234"));
        log.AppendMessage(3, Frame("123"));
        Assert.Equal(["1234", "123"], ReadAll(log, sentId: 0));

        log.AppendMessage(4, Frame("12345678901234567890"));
        Assert.Equal(["12345678901234567890"], ReadAll(log, sentId: 0));
    }

    [Fact]
    public void Log_knows_from_which_message_on_it_is_complete()
    {
        var log = new RoomLog(maximumEntries: 2, maximumBytes: 1_000);
        Assert.False(log.HoldsAllAfter(0));

        log.AppendMessage(10, Frame("a"));
        Assert.False(log.HoldsAllAfter(8));
        Assert.True(log.HoldsAllAfter(9));

        log.AppendMessage(20, Frame("b"));
        log.AppendMessage(30, Frame("c"));
        Assert.False(log.HoldsAllAfter(9));
        Assert.True(log.HoldsAllAfter(10));
    }

    [Fact]
    public void Cursor_skips_what_was_sent_and_news_that_is_old()
    {
        var log = new RoomLog(maximumEntries: 100, maximumBytes: 1_000);
        log.AppendMessage(1, Frame("m1"));
        log.AppendPassing(Frame("old typing"));
        log.AppendMessage(2, Frame("m2"));
        var cursor = new StreamCursor { Position = log.First, SentId = 1, PassingFrom = log.Next };
        log.AppendPassing(Frame("typing"));
        log.AppendMessage(3, Frame("m3"));

        Assert.Equal(["m2", "typing", "m3"], ReadAll(log, ref cursor));
        Assert.Equal(3, cursor.SentId);
    }

    [Fact]
    public void Read_stops_at_the_bytes_asked_for_and_goes_on_where_it_stopped()
    {
        var log = new RoomLog(maximumEntries: 100, maximumBytes: 1_000);
        for (var id = 1; id <= 4; id++)
            log.AppendMessage(id, Frame("12345"));
        var cursor = new StreamCursor();
        var frames = new ReadOnlyMemory<byte>[10];

        Assert.Equal(2, log.Read(ref cursor, frames, maximumBytes: 8));
        Assert.Equal(2, log.Read(ref cursor, frames, maximumBytes: 8));
        Assert.Equal(0, log.Read(ref cursor, frames, maximumBytes: 8));
    }

    private static byte[] Frame(string text) => Encoding.UTF8.GetBytes(text);

    private static List<string> ReadAll(RoomLog log, long sentId)
    {
        var cursor = new StreamCursor { Position = log.First, SentId = sentId };
        return ReadAll(log, ref cursor);
    }

    private static List<string> ReadAll(RoomLog log, ref StreamCursor cursor)
    {
        var texts = new List<string>();
        var frames = new ReadOnlyMemory<byte>[1];
        while (log.Read(ref cursor, frames, maximumBytes: 100) == 1)
            texts.Add(Encoding.UTF8.GetString(frames[0].Span));
        return texts;
    }
}
