using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <summary>A frame on its way into the log.</summary>
internal readonly ref struct LogFrame
{
    /// <summary>What clients get, up to and including the blank line.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Where in <see cref="Bytes"/> the id is by which a client can resume after it.</summary>
    public Range Id { get; init; }

    /// <summary>True when it has data.</summary>
    public bool IsEvent { get; init; }

    /// <summary>True for the gateway's own.</summary>
    public bool IsNotice { get; init; }

    /// <summary>True for one that is only for clients that have been here before.</summary>
    public bool IsForReturning { get; init; }

    /// <summary>True for one that makes all before it needless for a client that begins.</summary>
    public bool IsSnapshot { get; init; }

    /// <summary>See <see cref="LogMarks"/>.</summary>
    public LogMarks Marks => (IsNotice ? LogMarks.Notice : 0) | (IsForReturning ? LogMarks.ForReturning : 0) | (IsSnapshot ? LogMarks.Snapshot : 0);

    /// <summary>True for one that the upstream has not sent, and that gets no id.</summary>
    public bool IsOwn => UpstreamId == 0 && Content == 0;

    /// <summary>The upstream's <c>retry</c> in it, in milliseconds; null for none.</summary>
    public int? Retry { get; init; }

    /// <summary>True when it has a line with an id, which may be empty.</summary>
    public bool HasId { get; init; }

    /// <summary>Of the upstream's id, see <see cref="FrameHash"/>; zero for none.</summary>
    public ulong UpstreamId { get; init; }

    /// <summary>Of the frame as the upstream sent it.</summary>
    public ulong Content { get; init; }
}
