namespace SseGateway.Sharing.Log;

/// <summary>The newest frame that makes all before it needless for a client that begins: kept apart, for as long as the log may be run over.</summary>
internal sealed class NewestSnapshot
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Its number in the log; -1 when there has been none.</summary>
    public long Number { get; private set; } = -1;

    /// <summary>Takes the place of the one before. The memory is used again: a service may send one with every change.</summary>
    public void Set(long number, ReadOnlySpan<byte> frame)
    {
        if (_bytes.Length < frame.Length)
        {
            _bytes = new byte[frame.Length];
        }

        frame.CopyTo(_bytes);
        (Number, _length) = (number, frame.Length);
    }

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();
}
