namespace SseGateway.Sharing.Log.Storage;

/// <summary>What the log knows of one record. Where the record after it begins is in the next entry.</summary>
internal struct LogEntry
{
    /// <summary>Where the record lies.</summary>
    public Slab Slab;
    public int Offset;

    /// <summary>Frames before it in its slab.</summary>
    public int FramesBefore;

    /// <summary>Where in the slab the id stands that clients see; no length for none.</summary>
    public int IdStart;
    public int IdLength;

    /// <summary>True for a frame with data: what a client would call an event.</summary>
    public bool IsEvent;

    /// <summary>What else is to be known of it. Lies where the one before leaves room.</summary>
    public LogMarks Marks;

    /// <summary>Of the id that the upstream gave; zero for none.</summary>
    public ulong UpstreamId;

    /// <summary>Of the frame as the upstream sent it.</summary>
    public ulong Content;

    /// <summary>True for a frame of the gateway's own.</summary>
    public readonly bool IsOwn => Content == 0 && UpstreamId == 0;

    /// <summary>True for a frame of the upstream's that has no id and this content.</summary>
    public readonly bool IsWithoutId(ulong content) => UpstreamId == 0 && Content == content && Content != 0;

    /// <summary>When it came, on the log's clock.</summary>
    public long At;

    /// <summary>The number of the entry before it whose id falls into the same place of the index; -1 for none.</summary>
    public long Previous;
}
