using System.Globalization;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Streams;

public sealed class ResumeTests
{
    [Theory]
    [InlineData("header")]
    [InlineData("lastEventId")]
    [InlineData("last_event_id")]
    public async Task Resume_continues_after_the_cursor(string carrier)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 5);
        var cursor = Text(ids[1]);

        using var stream = carrier == "header" ? await ada.OpenAsync("lobby", cursor) : await ada.OpenAsync("lobby", query: $"?{carrier}={cursor}");
        var welcome = await stream.EventAsync("welcome");
        var received = await ReadIdsAsync(stream, 3);
        var live = await ada.PostAsync("lobby", "live");

        Assert.Equal("exact", welcome.Json.GetProperty("resume").GetString());
        Assert.Equal("exact", stream.Resume);
        Assert.Equal(ids[2..], received);
        Assert.Equal(live, (await stream.MessageAsync()).MessageId);
    }

    [Fact]
    public async Task Header_wins_over_the_query_which_a_reconnecting_browser_repeats()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 3);

        using var stream = await ada.OpenAsync("lobby", Text(ids[1]), query: $"?lastEventId={ids[0]}");

        Assert.Equal(ids[2], (await stream.MessageAsync()).MessageId);
    }

    [Fact]
    public async Task First_join_is_live_and_its_welcome_is_a_cursor_to_come_back_with()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 2);

        using var stream = await ada.OpenAsync("lobby");
        var welcome = await stream.EventAsync("welcome");
        stream.Dispose();
        var missed = await ada.PostAsync("lobby", "missed");
        using var back = await ada.OpenAsync("lobby", welcome.Id);

        Assert.Equal("live", welcome.Json.GetProperty("resume").GetString());
        Assert.Equal("live", stream.Resume);
        Assert.Equal(Text(ids[^1]), welcome.Id);
        Assert.Equal(missed, (await back.MessageAsync()).MessageId);
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999999999")]
    [InlineData("\u00fc")]
    public async Task Unknown_cursor_starts_live_and_says_so(string cursor)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 2);

        using var stream = await ada.OpenAsync("lobby", query: $"?lastEventId={Uri.EscapeDataString(cursor)}");
        var first = await stream.NextAsync(received => received.Retry is null);
        var welcome = first.Type == "welcome" ? first : await stream.EventAsync("welcome");
        var live = await ada.PostAsync("lobby", "live");

        Assert.Contains("not one of this room", first.Comment, StringComparison.Ordinal);
        Assert.Equal("unknown", welcome.Json.GetProperty("resume").GetString());
        Assert.Equal("gap", stream.Resume);
        Assert.Equal(Text(ids[^1]), welcome.Id);
        Assert.Equal(live, (await stream.MessageAsync()).MessageId);
    }

    [Fact]
    public async Task Long_absence_is_replayed_from_the_database_beyond_what_the_room_remembers()
    {
        await using var server = await ChatServer.StartAsync("Chat:RoomLogEntries=3");
        var ada = await server.SignInAsync("ada");
        using var witness = await ada.JoinAsync("lobby");
        var ids = await ada.PostManyAsync("lobby", 250);

        using var stream = await ada.OpenAsync("lobby", "0");

        Assert.Equal(ids, await ReadIdsAsync(stream, 250));
    }

    [Fact]
    public async Task Messages_of_other_rooms_do_not_come_with_a_resume()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var first = await ada.PostAsync("lobby", "one");
        await ada.PostAsync("attic", "elsewhere");
        var second = await ada.PostAsync("lobby", "two");

        using var stream = await ada.OpenAsync("lobby", "0");

        Assert.Equal([first, second], await ReadIdsAsync(stream, 2));
    }

    /// <summary>The seam between replay and live: streams open all the time while others post all the time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(512)]
    public async Task Join_during_posts_misses_nothing_and_repeats_nothing(int remembered)
    {
        const int writers = 4, perWriter = 60, readers = 24;
        await using var server = await ChatServer.StartAsync($"Chat:RoomLogEntries={remembered}");
        var ada = await server.SignInAsync("ada");
        var start = await ada.PostAsync("lobby", "the last one before");

        var writing = Enumerable.Range(0, writers).Select(_ => Task.Run(() => ada.PostManyAsync("lobby", perWriter))).ToArray();
        var reading = Enumerable.Range(0, readers).Select(_ => Task.Run(async () =>
        {
            // Cut off and resumed several times on the way, each time with what was read last.
            var seen = new List<long> { start };
            while (seen.Count <= writers * perWriter)
            {
                using var stream = await ada.OpenAsync("lobby", Text(seen[^1]));
                var piece = Random.Shared.Next(1, 80);
                for (var i = 0; i < piece && seen.Count <= writers * perWriter; i++)
                    seen.Add((await stream.MessageAsync()).MessageId);
            }

            return seen[1..];
        })).ToArray();

        var posted = (await Deadline.Within(Task.WhenAll(writing))).SelectMany(ids => ids).Order().ToList();
        foreach (var received in await Deadline.Within(Task.WhenAll(reading)))
            Assert.Equal(posted, received);
    }

    /// <summary>The other seam: history, then the stream from its last id; and streams without a cursor, which see a suffix without a hole.</summary>
    [Fact]
    public async Task Live_join_during_posts_sees_everything_after_its_welcome()
    {
        const int writers = 4, perWriter = 60, readers = 24;
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        var writing = Enumerable.Range(0, writers).Select(_ => Task.Run(() => ada.PostManyAsync("lobby", perWriter))).ToArray();
        var streams = new List<OpenStream>();
        for (var i = 0; i < readers; i++)
            streams.Add(await ada.OpenAsync("lobby"));
        var posted = (await Deadline.Within(Task.WhenAll(writing))).SelectMany(ids => ids).Order().ToList();
        var last = await ada.PostAsync("lobby", "the last one");

        foreach (var stream in streams)
        {
            var after = (await stream.EventAsync("welcome")).MessageId;
            var expected = posted.Where(id => id > after).Append(last).ToList();
            Assert.Equal(expected, await ReadIdsAsync(stream, expected.Count));
            stream.Dispose();
        }
    }

    private static async Task<List<long>> ReadIdsAsync(OpenStream stream, int count)
    {
        var ids = new List<long>(count);
        while (ids.Count < count)
            ids.Add((await stream.MessageAsync()).MessageId);
        return ids;
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
