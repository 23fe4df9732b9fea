using SseGateway.Streams.Life;

namespace SseGateway.Streams.Deadlines;

/// <summary>A part of the <see cref="SweepAgenda"/> that never moves: when each of its streams is due, and the streams.</summary>
internal sealed class SweepPage
{
    public const int Length = 1024;

    /// <summary>Ticks of the registry's clock. Zero is the next sweep, the highest number never.</summary>
    public readonly long[] Due = Enumerable.Repeat(long.MaxValue, Length).ToArray();

    public readonly LiveStream?[] Streams = new LiveStream?[Length];
}
