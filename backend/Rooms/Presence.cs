namespace ChatBackend.Rooms;

/// <summary>
/// Who is in a room, by streams and by pages that say so. A person with several counts once, and one whose last is gone stays for a grace period, so that a
/// reconnect is neither a leave nor a join. Not thread-safe: guarded by the room's lock.
/// </summary>
internal sealed class Presence(TimeProvider time, TimeSpan leaveGrace, TimeSpan pageLease)
{
    /// <summary>A list of everybody, sent to everybody, grows with the square of the room.</summary>
    public const int ListedPeople = 200;

    private readonly OrderedDictionary<string, Person> _people = new(StringComparer.Ordinal);
    private readonly HashSet<string> _joined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    public int Count => _people.Count;

    /// <summary>Whether somebody came or left since <see cref="TakeChange"/>.</summary>
    public bool HasChanged => _joined.Count + _left.Count > 0;

    public bool Contains(string name) => _people.ContainsKey(name);

    public void Join(string name) => Find(name).Streams++;

    public void Leave(string name)
    {
        var person = _people[name];
        person.Streams--;
        NoteIfGone(person);
    }

    /// <summary>A page says that somebody is here.</summary>
    public void Say(PersonPage page) => Find(page.Name).Pages.Say(page.Page, time.GetTimestamp());

    /// <summary>A page says that it leaves.</summary>
    public void Leave(PersonPage page)
    {
        if (_people.TryGetValue(page.Name, out var person) && person.Pages.Remove(page.Page))
            NoteIfGone(person);
    }

    /// <summary>Lets those go whose grace is over.</summary>
    public void Sweep()
    {
        for (var i = _people.Count - 1; i >= 0; i--)
        {
            var (name, person) = _people.GetAt(i);
            if (person.Pages.RemoveSilent(time, pageLease))
                NoteIfGone(person);
            if (person.IsHere || time.GetElapsedTime(person.GoneSince) < leaveGrace)
                continue;
            _people.RemoveAt(i);
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

    private Person Find(string name)
    {
        if (_people.TryGetValue(name, out var person))
            return person;
        person = new Person();
        _people.Add(name, person);
        if (!_left.Remove(name))
            _joined.Add(name);
        return person;
    }

    private void NoteIfGone(Person person)
    {
        if (!person.IsHere)
            person.GoneSince = time.GetTimestamp();
    }

    private string[] Here() => [.. _people.Keys.Take(ListedPeople)];

    private sealed class Person
    {
        public int Streams { get; set; }

        public PageLeases Pages { get; } = new();

        public long GoneSince { get; set; }

        public bool IsHere => Streams > 0 || Pages.Count > 0;
    }
}
