namespace Protocol.Tests.Client;

/// <summary>Gives one piece for each read, however much is asked for.</summary>
internal sealed class PiecewiseStream(byte[] content, IEnumerable<int> cuts) : ReadOnlyStream
{
    private readonly Queue<int> _cuts = new(cuts.Append(content.Length));
    private int _position;

    public int Reads { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        while (_cuts.TryPeek(out var cut) && cut <= _position)
            _cuts.Dequeue();
        var end = _cuts.TryPeek(out var next) ? next : content.Length;
        var count = Math.Min(buffer.Length, end - _position);
        content.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return new ValueTask<int>(count);
    }
}
