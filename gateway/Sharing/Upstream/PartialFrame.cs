using System.Buffers;

namespace SseGateway.Sharing.Upstream;

/// <summary>The bytes of a frame that does not come whole, until its end is there. No memory is kept while there are none.</summary>
internal sealed class PartialFrame
{
    private byte[] _bytes = [];
    private int _length;

    public bool IsEmpty => _length == 0;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Add(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return;
        }

        if (_bytes.Length - _length < rest.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_length + rest.Length);
            Bytes.CopyTo(larger);
            Return();
            _bytes = larger;
        }

        rest.CopyTo(_bytes.AsSpan(_length));
        _length += rest.Length;
    }

    /// <summary>So many of the first bytes are done with.</summary>
    public void Consume(int count)
    {
        _length -= count;
        _bytes.AsSpan(count, _length).CopyTo(_bytes);
        if (_length == 0)
        {
            Drop();
        }
    }

    public void Drop()
    {
        Return();
        (_bytes, _length) = ([], 0);
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
