using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <summary>
/// A lease that goes from one cursor to the next: of thousands that are read one after the other nearly all stand in the same slab, and two
/// writes to memory that all cores have in common are saved for each.
/// </summary>
/// <remarks>A mutable struct, of one thread and for a short time: it keeps a slab from being used again until <see cref="GiveBack"/>.</remarks>
internal struct LogLease
{
    private Slab? _slab;
    private int _generation;

    /// <summary>Takes the lease of a slab in the place of the one before, unless it is that.</summary>
    /// <returns>False when the slab's bytes are others by now.</returns>
    public bool TryTake(Slab slab, int generation)
    {
        if (_slab == slab && _generation == generation)
        {
            return true;
        }

        GiveBack();
        if (!slab.TryLease(generation))
        {
            return false;
        }

        (_slab, _generation) = (slab, generation);
        return true;
    }

    /// <summary>Lets go of what is leased, if anything is.</summary>
    public void GiveBack()
    {
        _slab?.GiveBack();
        _slab = null;
    }
}
