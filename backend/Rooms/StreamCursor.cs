namespace ChatBackend.Rooms;

/// <summary>Where a stream is in its room.</summary>
internal struct StreamCursor
{
    /// <summary>The frame in the room's log that comes next.</summary>
    public long Position;

    /// <summary>The highest message id that the client has, or need not get. Lower ones are never sent, whichever way they come.</summary>
    public long SentId;

    /// <summary>Presence and typing before this position are old news: the client got a snapshot taken here.</summary>
    public long PassingFrom;
}
