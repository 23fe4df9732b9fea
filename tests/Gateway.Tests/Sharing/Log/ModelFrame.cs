using SseGateway.Sharing.Log;

namespace Gateway.Tests.Sharing.Log;

/// <summary>A frame as the model keeps it.</summary>
/// <param name="Bytes">What clients get.</param>
/// <param name="Id">The id that clients see, one character a byte; empty for none.</param>
/// <param name="IdStart">Where it stands in <paramref name="Bytes"/>.</param>
/// <param name="UpstreamId">The upstream's own id; empty for none.</param>
/// <param name="IsEvent">True when it has data.</param>
/// <param name="IsNotice">True for the gateway's own.</param>
/// <param name="At">When it was published.</param>
internal sealed record ModelFrame(byte[] Bytes, string Id, int IdStart, string UpstreamId, bool IsEvent, bool IsNotice, DateTimeOffset At)
{
    public ulong Content { get; } = FrameHash.OfContent(Bytes);

    /// <summary>As the gateway gives it to the log.</summary>
    public void AppendTo(FrameLog log) => log.Append(new LogFrame
    {
        Bytes = Bytes,
        Id = IdStart..(IdStart + Id.Length),
        IsEvent = IsEvent,
        IsNotice = IsNotice,
        UpstreamId = FrameHash.OfId(System.Text.Encoding.Latin1.GetBytes(UpstreamId)),
        Content = Content,
    });
}
