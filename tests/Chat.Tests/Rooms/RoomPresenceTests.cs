using Chat.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Rooms;

public sealed class RoomPresenceTests
{
    [Fact]
    public async Task Others_hear_who_joined_and_who_left()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time);
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("Bob \u00d8");
        using var stream = await ada.JoinAsync("lobby");
        time.Advance(TimeSpan.FromSeconds(1));

        var other = await bob.JoinAsync("lobby");
        var joined = await stream.EventAsync("presence");
        other.Dispose();
        await Deadline.Until(() => server.Log.Has("ended: ClientClosed"));
        time.Advance(TimeSpan.FromSeconds(6));
        var left = await stream.EventAsync("presence");

        Assert.Equal(["Bob \u00d8"], joined.Names("joined"));
        Assert.Equal(["ada", "Bob \u00d8"], joined.Names("here"));
        Assert.Equal(["Bob \u00d8"], left.Names("left"));
        Assert.Equal(["ada"], left.Names("here"));
    }

    [Fact]
    public async Task Reconnect_within_the_grace_is_not_heard()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time);
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var stream = await ada.JoinAsync("lobby");
        time.Advance(TimeSpan.FromSeconds(1));
        var first = await bob.JoinAsync("lobby");
        await stream.EventAsync("presence");

        first.Dispose();
        await Deadline.Until(() => server.Log.Has("ended: ClientClosed"));
        time.Advance(TimeSpan.FromSeconds(4));
        using var second = await bob.JoinAsync("lobby");
        time.Advance(TimeSpan.FromSeconds(9));
        var id = await bob.PostAsync("lobby", "still here");
        var next = await stream.NextAsync();

        Assert.Equal(id, next!.MessageId);
    }

    [Fact]
    public async Task Many_who_join_together_are_few_events()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time);
        var ada = await server.SignInAsync("ada");
        using var stream = await ada.JoinAsync("lobby");
        time.Advance(TimeSpan.FromSeconds(1));

        var streams = new List<OpenStream>();
        for (var i = 0; i < 10; i++)
            streams.Add(await (await server.SignInAsync($"person-{i}")).JoinAsync("lobby"));
        time.Advance(TimeSpan.FromSeconds(1));
        var first = await stream.EventAsync("presence");
        var rest = await stream.EventAsync("presence");

        Assert.Equal(["person-0"], first.Names("joined"));
        Assert.Equal(9, rest.Names("joined").Length);
        Assert.Equal(11, rest.Json.GetProperty("count").GetInt32());
        streams.ForEach(open => open.Dispose());
    }
}
