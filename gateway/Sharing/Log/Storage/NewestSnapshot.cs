namespace SseGateway.Sharing.Log.Storage;

/// <summary>The newest frame that makes all before it needless for a client that begins: kept apart, for as long as the log may be run over.</summary>
internal sealed class NewestSnapshot
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Its number in the log; -1 when there has been none.</summary>
    public long Number { get; private set; } = -1;

    /// <summary>Bytes of memory.</summary>
    public int Bytes => _bytes.Length;

    /// <summary>Takes the place of the one before. The memory is used again: a service may send one with every change.</summary>
    /// <returns>True when it takes more memory than before.</returns>
    public bool Set(long number, ReadOnlySpan<byte> frame)
    {
        var grows = _bytes.Length < frame.Length;
        if (grows)
        {
            _bytes = new byte[frame.Length];
        }

        frame.CopyTo(_bytes);
        (Number, _length) = (number, frame.Length);
        return grows;
    }

    /// <summary>There is none any more.</summary>
    public void Forget() => (Number, _length) = (-1, 0);

    /// <summary>Gives back the memory that only one before has needed.</summary>
    public void Trim()
    {
        if (_length < _bytes.Length)
        {
            _bytes = ToArray();
        }
    }

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();
}
