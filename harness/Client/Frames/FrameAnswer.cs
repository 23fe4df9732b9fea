using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client.Frames;

/// <summary>An answer on a <see cref="FrameStream"/>; of its head only the status is known.</summary>
internal sealed class FrameAnswer : TargetAnswer
{
    public FrameAnswer(FrameStream stream, int status, double headMs, WireTap tap, CancellationToken cancellation)
        : base(tap, cancellation)
    {
        Stream = stream;
        Begin(new MessageHead($"HTTP/2 {status}", []), [], headMs);
    }

    public FrameStream Stream { get; }

    public override void Dispose()
    {
        // The connection is the case's.
    }

    protected override async Task<(int Count, Ending? Ending)> PullAsync(Memory<byte> into, CancellationToken token)
    {
        // A frame is never larger than the buffer: nothing larger than 16 KiB was allowed.
        if (await Stream.ReadAsync(token) is not { } piece)
        {
            return (0, Stream.Ending ?? Results.Ending.Unclean);
        }

        piece.CopyTo(into);
        return (piece.Length, null);
    }
}
