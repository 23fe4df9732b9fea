using System.IO.Pipelines;

namespace Benchmarks.Sharing;

/// <summary>A client that takes everything at once and forgets it.</summary>
internal sealed class MemoryWriter : PipeWriter
{
    private readonly byte[] _buffer = new byte[4096];

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

    public override void Advance(int bytes)
    {
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
