namespace SseGateway.Sharing.Log.Storage;

/// <summary>
/// The slabs that a log has run over, until nobody reads them any more. Their memory is not the log's, but has the same bound:
/// <see cref="Full"/> tells readers that hold on to them to let go.
/// </summary>
/// <remarks>Not thread-safe, but for <see cref="Full"/> and <see cref="Bytes"/>.</remarks>
internal sealed class SlabPool(int maxBytes)
{
    private readonly List<Slab> _slabs = [];
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public bool Full => Bytes > maxBytes;

    /// <summary>Takes in a slab that has been retired.</summary>
    public void Add(Slab slab)
    {
        _slabs.Add(slab);
        Volatile.Write(ref _bytes, _bytes + slab.Capacity);
    }

    /// <summary>Lets go of those that nobody reads.</summary>
    public void Trim()
    {
        // One look at each: a reader may give its lease back meanwhile.
        for (var i = _slabs.Count - 1; i >= 0; i--)
        {
            if (!_slabs[i].Leased)
            {
                Volatile.Write(ref _bytes, _bytes - _slabs[i].Capacity);
                _slabs.RemoveAt(i);
            }
        }
    }

    /// <summary>Gives out an empty slab, an old one if one fits. Those that are too small or too large are let go.</summary>
    /// <param name="capacity">What is wanted; an old one may have up to twice as much.</param>
    public Slab Take(int capacity)
    {
        Slab? found = null;
        for (var i = _slabs.Count - 1; i >= 0; i--)
        {
            var slab = _slabs[i];
            if (slab.Leased)
            {
                continue;
            }

            _slabs.RemoveAt(i);
            Volatile.Write(ref _bytes, _bytes - slab.Capacity);
            if (found is null && slab.Capacity >= capacity && slab.Capacity / 2 <= capacity && !slab.IsForReturning)
            {
                slab.Clear();
                found = slab;
            }
        }

        return found ?? new Slab(capacity);
    }
}
