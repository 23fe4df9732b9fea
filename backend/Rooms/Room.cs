using ChatBackend.Configuration;
using ChatBackend.Messages;
using ChatBackend.Streams;

namespace ChatBackend.Rooms;

/// <summary>A room somebody listens to: its log, its streams, and who is there.</summary>
internal sealed class Room(string name, ChatOptions options, TimeProvider time)
{
    /// <summary>Typing is news for a moment only: what exceeds this per sweep (a second) is dropped instead of pushing messages out of the log.</summary>
    private const int TypingPerSweep = 20;

    /// <summary>Guards all fields.</summary>
    private readonly Lock _gate = new();

    private readonly RoomLog _log = new(options.RoomLogEntries, options.RoomLogBytes);
    private readonly Presence _presence = new(time, options.LeaveGrace, options.PageLease);
    private readonly HashSet<RoomStream> _streams = [];
    private ReadOnlyMemory<byte> _snapshot;
    private long _head = -1;
    private int _typing;
    private bool _presenceSent;
    private bool _retired;

    public string Name { get; } = name;

    /// <summary>Adds a stream, whose events are in the log from now on. False when the room was given up meanwhile: ask the directory again.</summary>
    public bool TryAdd(RoomStream stream)
    {
        lock (_gate)
        {
            if (_retired)
                return false;
            _streams.Add(stream);
            _snapshot = default;
            if (stream.Subject is { } subject)
                _presence.Join(subject);
            PublishPresence();
            return true;
        }
    }

    public void Remove(RoomStream stream)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream))
                return;
            _snapshot = default;
            if (stream.Subject is { } subject)
                _presence.Leave(subject);
        }
    }

    /// <summary>Who is here. Somebody whose page says so is, until it says otherwise or nothing for too long.</summary>
    public (IReadOnlyList<string> Here, int Count, int Streams) Here(PersonPage? page)
    {
        lock (_gate)
        {
            if (page is { } said && !_retired)
            {
                _presence.Say(said);
                PublishPresence();
            }

            var snapshot = _presence.Snapshot();
            return (snapshot.Here, snapshot.Count, _streams.Count);
        }
    }

    public void Leave(PersonPage page)
    {
        lock (_gate)
            _presence.Leave(page);
    }

    /// <summary>
    /// The id of the newest published message. Asks <paramref name="store"/> the first time: a message that was committed before this room existed was
    /// published to nobody, and one committed since is either in that answer or was published here.
    /// </summary>
    public long Head(MessageStore store)
    {
        lock (_gate)
        {
            if (_head >= 0)
                return _head;
        }

        var stored = store.ReadHead(Name);
        lock (_gate)
            return _head = Math.Max(_head, stored);
    }

    /// <summary>
    /// Places a cursor so that log and database together give every message after <paramref name="sentId"/> once, in order. Returns whether the log alone does;
    /// otherwise the caller reads the database up to its end first: all that it cannot see yet will come after the cursor.
    /// </summary>
    public bool Place(long sentId, out StreamCursor cursor, out ReadOnlyMemory<byte> presence)
    {
        lock (_gate)
        {
            var isAtHead = sentId >= _head;
            var isInLog = !isAtHead && _log.HoldsAllAfter(sentId);
            cursor = new StreamCursor { SentId = sentId, Position = isInLog ? _log.First : _log.Next, PassingFrom = _log.Next };
            presence = Snapshot();
            return isAtHead || isInLog;
        }
    }

    /// <summary>Takes frames from the log. Null when the log has run over the cursor.</summary>
    public int? Read(ref StreamCursor cursor, Span<ReadOnlyMemory<byte>> frames, int maximumBytes)
    {
        lock (_gate)
            return cursor.Position < _log.First ? null : _log.Read(ref cursor, frames, maximumBytes);
    }

    public void Publish(ChatMessage message)
    {
        var frame = RoomFrames.Message(message);
        lock (_gate)
        {
            _log.AppendMessage(message.Id, frame);
            _head = Math.Max(_head, message.Id);
            Wake();
        }
    }

    /// <summary>Tells the others that somebody present is typing.</summary>
    public void Typing(string subject)
    {
        lock (_gate)
        {
            if (!_presence.Contains(subject) || _typing >= TypingPerSweep)
                return;
            _typing++;
            _log.AppendPassing(RoomFrames.Typing(new TypingNotice(subject, time.GetUtcNow())));
            Wake();
        }
    }

    /// <summary>Once a second: streams' deadlines, leaves whose grace is over, presence that was held back. True when nobody is left and the room can
    /// go.</summary>
    public bool Sweep()
    {
        RoomStream[] streams;
        lock (_gate)
        {
            _typing = 0;
            _presenceSent = false;
            _presence.Sweep();
            PublishPresence();
            if (_streams.Count == 0)
                return _retired = _presence.Count == 0;
            streams = [.. _streams];
        }

        // Outside of the lock: aborting a connection runs code of others.
        foreach (var stream in streams)
            stream.Sweep();
        return false;
    }

    /// <summary>At once for the first change, then once per sweep: thousands that come together would otherwise be thousands of events for each of
    /// them.</summary>
    private void PublishPresence()
    {
        if (!_presence.HasChanged)
            return;
        _snapshot = default;
        if (_presenceSent)
            return;
        _presenceSent = true;
        _log.AppendPassing(RoomFrames.Presence(_presence.TakeChange() with { Streams = _streams.Count }));
        Wake();
    }

    private ReadOnlyMemory<byte> Snapshot()
    {
        if (_snapshot.IsEmpty)
            _snapshot = RoomFrames.Presence(_presence.Snapshot() with { Streams = _streams.Count });
        return _snapshot;
    }

    private void Wake()
    {
        foreach (var stream in _streams)
            stream.Wake();
    }
}
