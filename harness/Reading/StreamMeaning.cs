namespace SseGateway.Harness.Reading;

/// <summary>What the bytes of a stream mean to a conforming reader, all events kept: what is judged.</summary>
internal sealed class StreamMeaning
{
    private readonly EventReader _reader = new();
    private readonly List<SseEvent> _events = [];

    /// <summary>Everything dispatched so far.</summary>
    public IReadOnlyList<SseEvent> Events => _events;

    /// <summary>How many comments there were.</summary>
    public long Comments => _reader.Notes.Comments;

    /// <summary>What a reconnecting client would send.</summary>
    public string LastEventId => _reader.LastEventId;

    /// <summary>Milliseconds, as much as a client's clock takes; null until the stream has set it.</summary>
    public int? Retry => _reader.Notes.RetryMs is { } retry ? (int)Math.Min(retry, int.MaxValue) : null;

    /// <inheritdoc cref="EventReader.AtBlockBoundary"/>
    public bool AtBlockBoundary => _reader.AtBlockBoundary;

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => _events.AddRange(_reader.Read(bytes));

    /// <summary>What all bytes of a stream mean.</summary>
    public static StreamMeaning Of(ReadOnlySpan<byte> stream)
    {
        var meaning = new StreamMeaning();
        meaning.Feed(stream);
        return meaning;
    }
}
