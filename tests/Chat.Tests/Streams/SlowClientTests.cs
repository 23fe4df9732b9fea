using System.Net.Sockets;
using System.Text;
using Chat.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Streams;

public sealed class SlowClientTests
{
    private static readonly string Text = new('x', 4_000);

    [Fact]
    public async Task Client_that_stops_reading_is_cut_off_and_delays_nobody()
    {
        var time = new FakeTimeProvider();
        await using var server = await ChatServer.StartAsync(time, "Chat:RoomLogEntries=4");
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var reading = await ada.JoinAsync("lobby");
        using var stuck = await ConnectWithoutReadingAsync(server, bob.Token!);
        var joined = reading.NextAsync(received => received.Type == "presence" && received.Names("here").Contains("bob"));
        await Deadline.Until(() => joined.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1)));

        // Enough to fill every buffer on the way to bob, long before which he is beyond what the room remembers.
        for (var i = 0; i < 2_000; i++)
        {
            var id = await ada.PostAsync("lobby", Text);
            Assert.Equal(id, (await reading.MessageAsync()).MessageId);
        }

        await Deadline.Until(() => HasLeft(server), () => time.Advance(TimeSpan.FromSeconds(1)));

        Assert.True(server.Log.Has("ended: Slow"));
    }

    [Fact]
    public async Task Client_that_pauses_catches_up_from_the_database_when_the_room_has_forgotten()
    {
        // The clock stands still: no deadline ends the pause.
        await using var server = await ChatServer.StartAsync(new FakeTimeProvider(), "Chat:RoomLogEntries=4");
        var ada = await server.SignInAsync("ada");
        var bob = await server.SignInAsync("bob");
        using var paused = await bob.JoinAsync("lobby");

        var posted = new List<long>();
        for (var i = 0; i < 2_500; i++)
            posted.Add(await ada.PostAsync("lobby", Text));
        var received = new List<long>();
        while (received.Count < posted.Count)
            received.Add((await paused.MessageAsync()).MessageId);

        Assert.Equal(posted, received);
    }

    private static bool HasLeft(ChatServer server) => server.Log.Has("A stream of room lobby ended");

    private static async Task<Socket> ConnectWithoutReadingAsync(ChatServer server, string token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, Deadline.Token());
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /rooms/lobby/events HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n"),
            Deadline.Token());
        return socket;
    }
}
