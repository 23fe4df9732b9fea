using SseGateway.Streams.Life;

namespace SseGateway.Admin;

/// <summary>One live stream as <c>/streams</c> shows it.</summary>
internal sealed record StreamView(
    string Id,
    string Route,
    StreamMode Mode,
    StreamState State,
    string Method,
    string Path,
    string? Subject,
    string? KeyId,
    string Address,
    DateTimeOffset AdmittedAt,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? LastWriteAt,
    double AgeSeconds,
    double WriteWaitingSeconds,
    long Frames,
    long Bytes)
{
    public static StreamView Of(LiveStream stream) => new(
        stream.Id,
        stream.RouteId,
        stream.Mode,
        stream.State,
        stream.Method,
        stream.Path,
        stream.Subject,
        stream.KeyId,
        stream.Address,
        stream.AdmittedAt,
        stream.OpenedAt,
        stream.LastWriteAt,
        Math.Round(stream.Age.TotalSeconds, 3),
        Math.Round(stream.WriteWaiting.TotalSeconds, 3),
        stream.Frames,
        stream.Bytes);
}
