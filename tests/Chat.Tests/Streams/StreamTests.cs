using System.Globalization;
using System.Net;
using Chat.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Streams;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_starts_with_retry_welcome_and_the_people_who_are_here()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var stream = await ada.OpenAsync("lobby");
        var retry = await stream.NextAsync();
        var welcome = await stream.NextAsync();
        var presence = await stream.NextAsync();

        Assert.InRange(int.Parse(retry!.Retry!, CultureInfo.InvariantCulture), 2000, 3000);
        Assert.Equal("welcome", welcome!.Type);
        Assert.Equal(retry.Retry, welcome.Json.GetProperty("retryMs").GetInt32().ToString(CultureInfo.InvariantCulture));
        Assert.Equal("ada", welcome.Json.GetProperty("subject").GetString());
        Assert.Equal("presence", presence!.Type);
        Assert.Equal(["ada"], presence.Names("here"));
        Assert.Empty(presence.Names("joined"));
    }

    [Fact]
    public async Task Stream_may_be_neither_cached_nor_held_back_nor_changed()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var stream = await ada.OpenAsync("lobby");

        Assert.Equal(HttpStatusCode.OK, stream.Response.StatusCode);
        Assert.Equal("text/event-stream", stream.ContentType?.ToString());
        Assert.True(stream.Response.Headers.CacheControl is { NoCache: true, NoTransform: true });
        Assert.Equal("no", Assert.Single(stream.Response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Equal("nosniff", Assert.Single(stream.Response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Message_reaches_every_stream_of_its_room_as_a_default_event_with_its_number_as_id()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var adaStream = await ada.JoinAsync("lobby");
        using var bobStream = await bob.JoinAsync("lobby");
        using var elsewhere = await bob.JoinAsync("attic");

        var id = await ada.PostAsync("lobby", "line one\r\nline two \u2028 <b>", clientId: "key-1");
        var other = await ada.PostAsync("attic", "over here");

        foreach (var stream in (OpenStream[])[adaStream, bobStream])
        {
            var received = await stream.MessageAsync();
            Assert.Equal(id, received.MessageId);
            Assert.Equal(id, received.Json.GetProperty("id").GetInt64());
            Assert.Equal("ada", received.Json.GetProperty("author").GetString());
            Assert.Equal("line one\r\nline two \u2028 <b>", received.Json.GetProperty("text").GetString());
            Assert.Equal("key-1", received.Json.GetProperty("clientId").GetString());
        }

        Assert.Equal(other, (await elsewhere.MessageAsync()).MessageId);
    }

    [Fact]
    public async Task Presence_and_typing_carry_no_id()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var stream = await ada.JoinAsync("lobby");
        using var other = await bob.JoinAsync("lobby");

        using var answer = await bob.Http.PostAsync("rooms/lobby/typing", content: null, Deadline.Token());
        var typing = await stream.EventAsync("typing");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Null(typing.Id);
        Assert.Equal("bob", typing.Json.GetProperty("name").GetString());
        using var late = await ada.OpenAsync("lobby");
        Assert.Null((await late.EventAsync("presence")).Id);
    }

    [Fact]
    public async Task Typing_of_somebody_who_is_not_in_the_room_is_no_news()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var stream = await ada.JoinAsync("lobby");

        using var answer = await bob.Http.PostAsync("rooms/lobby/typing", content: null, Deadline.Token());
        await bob.PostAsync("lobby", "hello");
        var next = await stream.NextAsync();

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(next!.IsMessage);
    }

    [Fact]
    public async Task Idle_stream_gets_a_beat_that_scripts_can_see_every_15_seconds_and_no_cursor_moves()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time);
        var ada = await server.SignInAsync("ada");
        using var stream = await ada.JoinAsync("lobby");

        var next = stream.NextAsync();
        time.Advance(TimeSpan.FromSeconds(14));
        await ada.PostAsync("attic", "somewhere else");
        Assert.False(next.IsCompleted);
        for (var beat = 0; beat < 3; beat++)
        {
            await Deadline.Until(() => next.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1)));
            Assert.Equal(new ReceivedEvent("beat", "{}", null, null, null), await next);
            next = stream.NextAsync();
        }
    }

    [Fact]
    public async Task Stream_ends_when_its_token_expires()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time, "Chat:TokenLifetime=00:01:00");
        var ada = await server.SignInAsync("ada");
        using var stream = await ada.JoinAsync("lobby");

        time.Advance(TimeSpan.FromSeconds(61));

        // A beat is due in the same minute.
        while (await stream.NextAsync() is { } beat)
        {
            Assert.Equal(new ReceivedEvent("beat", "{}", null, null, null), beat);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        using var again = await ada.OpenAsync("lobby");

        Assert.Equal(HttpStatusCode.Unauthorized, again.Response.StatusCode);
    }

    [Fact]
    public async Task Stop_ends_streams_cleanly_and_at_once()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        using var first = await ada.JoinAsync("lobby");
        using var second = await ada.JoinAsync("attic");

        // Kestrel waits for open responses up to the shutdown timeout and then aborts them: a clean end shows that they ended by themselves.
        var stopping = server.StopAsync();

        Assert.Null(await first.NextAsync());
        Assert.Null(await second.NextAsync());
        await Deadline.Within(stopping);
    }
}
