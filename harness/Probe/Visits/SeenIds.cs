namespace SseGateway.Harness.Probe.Visits;

/// <summary>The first two ids of a stream that another thread reads.</summary>
internal sealed class SeenIds
{
    private readonly TaskCompletionSource _two = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards both ids.
    private readonly Lock _gate = new();
    private string? _first;
    private string? _second;
    private volatile bool _mayBeStream;

    public Task TwoSeen => _two.Task;

    /// <summary>Whether the head was that of an event stream.</summary>
    public bool MayBeStream => _mayBeStream;

    public (string? First, string? Second) Current
    {
        get
        {
            lock (_gate)
            {
                return (_first, _second);
            }
        }
    }

    public void Take(Visit visit)
    {
        _mayBeStream = visit.IsEventStream;
        lock (_gate)
        {
            _first ??= visit.Events.FirstOrDefault(seen => seen.Event.Id.Length > 0)?.Event.Id;
            if (_second is null && _first is not null)
            {
                _second = visit.Events.FirstOrDefault(seen => seen.Event.Id.Length > 0 && seen.Event.Id != _first)?.Event.Id;
                if (_second is not null)
                {
                    _two.TrySetResult();
                }
            }
        }
    }
}
