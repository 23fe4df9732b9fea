namespace SseGateway.Fleet.Mirrors;

/// <summary>What entries say that are no frames, told in their order, by whoever has brought them; not under the mirror's lock, since clients are written
/// to.</summary>
internal sealed class MirrorNews
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Queue<Action> _untold = new();
    private bool _telling;

    /// <summary>Something is to be told.</summary>
    public void Add(Action told)
    {
        lock (_lock)
        {
            _untold.Enqueue(told);
        }
    }

    /// <summary>Tells it, unless somebody else does.</summary>
    public void Tell()
    {
        while (TryNext() is { } told)
        {
            try
            {
                told();
            }
            finally
            {
                // Whatever became of it, what follows is told.
                lock (_lock)
                {
                    _telling = false;
                }
            }
        }
    }

    private Action? TryNext()
    {
        lock (_lock)
        {
            if (_telling || !_untold.TryDequeue(out var told))
            {
                return null;
            }

            _telling = true;
            return told;
        }
    }
}
