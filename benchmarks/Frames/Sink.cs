using System.Buffers;

namespace Benchmarks.Frames;

/// <summary>One buffer that is written to again and again, so that nothing but the writing is measured.</summary>
internal sealed class Sink(int size) : Stream, IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[size];
    private int _count;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _count;

    public override long Position
    {
        get => _count;
        set => throw new NotSupportedException();
    }

    /// <summary>What has been written; it is forgotten.</summary>
    public byte[] GetWritten() => _buffer.AsSpan(0, Reset()).ToArray();

    /// <summary>Forgets what has been written.</summary>
    /// <returns>How much that was.</returns>
    public int Reset()
    {
        var count = _count;
        _count = 0;
        return count;
    }

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_count);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_count);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(_buffer.AsSpan(_count));
        _count += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
