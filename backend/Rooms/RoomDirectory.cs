using System.Collections.Concurrent;
using ChatBackend.Configuration;
using ChatBackend.Messages;
using ChatBackend.Streams;

namespace ChatBackend.Rooms;

/// <summary>The rooms that somebody listens to. A room is made for its first stream and given up after its last, so names alone cost nothing.</summary>
internal sealed class RoomDirectory(ChatOptions options, TimeProvider time) : IMessageSink
{
    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    public Room Join(string name, RoomStream stream)
    {
        while (true)
        {
            var room = _rooms.GetOrAdd(name, static (key, self) => new Room(key, self.Options, self.Time), (Options: options, Time: time));
            if (room.TryAdd(stream))
                return room;
            // Retired, and about to be taken out by the sweep.
            _rooms.TryRemove(new KeyValuePair<string, Room>(name, room));
        }
    }

    /// <inheritdoc/>
    public void Publish(ChatMessage message)
    {
        if (_rooms.TryGetValue(message.Room, out var room))
            room.Publish(message);
    }

    public void Typing(string name, string subject)
    {
        if (_rooms.TryGetValue(name, out var room))
            room.Typing(subject);
    }

    /// <summary>
    /// Who is in a room, <paramref name="page"/> included from now on. A room that nobody listens to is not made for it: names alone cost nothing.
    /// </summary>
    public (IReadOnlyList<string> Here, int Count, int Streams) Here(string name, PersonPage? page) =>
        _rooms.TryGetValue(name, out var room) ? room.Here(page) : ([], 0, 0);

    public void Leave(string name, PersonPage page)
    {
        if (_rooms.TryGetValue(name, out var room))
            room.Leave(page);
    }

    public void Sweep()
    {
        foreach (var (name, room) in _rooms)
        {
            if (room.Sweep())
                _rooms.TryRemove(new KeyValuePair<string, Room>(name, room));
        }
    }
}
