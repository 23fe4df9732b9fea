namespace ChatBackend.Rooms;

/// <summary>
/// Who is in a room. A person with several streams counts once, and one whose last stream ended stays for a grace period, so that a reconnect is
/// neither a leave nor a join. Not thread-safe: guarded by the room's lock.
/// </summary>
internal sealed class Presence(TimeProvider time, TimeSpan leaveGrace)
{
    /// <summary>A list of everybody, sent to everybody, grows with the square of the room.</summary>
    public const int ListedPeople = 200;

    private readonly OrderedDictionary<string, Person> _people = new(StringComparer.Ordinal);
    private readonly HashSet<string> _joined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private int _withoutStream;

    public int Count => _people.Count;

    /// <summary>Whether somebody came or left since <see cref="TakeChange"/>.</summary>
    public bool HasChanged => _joined.Count + _left.Count > 0;

    public bool Contains(string name) => _people.ContainsKey(name);

    public void Join(string name)
    {
        if (_people.TryGetValue(name, out var person))
        {
            if (person.Streams++ == 0)
                _withoutStream--;
            return;
        }

        _people.Add(name, new Person { Streams = 1 });
        if (!_left.Remove(name))
            _joined.Add(name);
    }

    public void Leave(string name)
    {
        var person = _people[name];
        if (--person.Streams > 0)
            return;
        _withoutStream++;
        person.AloneSince = time.GetTimestamp();
    }

    /// <summary>Lets those go whose grace is over.</summary>
    public void Sweep()
    {
        for (var i = _people.Count - 1; i >= 0 && _withoutStream > 0; i--)
        {
            var (name, person) = _people.GetAt(i);
            if (person.Streams > 0 || time.GetElapsedTime(person.AloneSince) < leaveGrace)
                continue;
            _people.RemoveAt(i);
            _withoutStream--;
            if (!_joined.Remove(name))
                _left.Add(name);
        }
    }

    public PresenceChange TakeChange()
    {
        var change = new PresenceChange([.. _joined], [.. _left], Here(), _people.Count);
        _joined.Clear();
        _left.Clear();
        return change;
    }

    public PresenceChange Snapshot() => new([], [], Here(), _people.Count);

    private string[] Here() => [.. _people.Keys.Take(ListedPeople)];

    private sealed class Person
    {
        public int Streams { get; set; }

        public long AloneSince { get; set; }
    }
}
