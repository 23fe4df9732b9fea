using SseGateway.Streams.Admission;
using SseGateway.Streams.Limits;

namespace SseGateway.Edge.Tickets;

/// <summary>
/// One stream that a ticket opens. The newest has the ticket: a ticket is one EventSource's, so the one before it is the same client's, left
/// behind. Dispose says that it is over, once, however often it is called and by whom.
/// </summary>
internal sealed class TicketUse(TicketStore store, TicketEntry entry) : ISuccession
{
    private StreamLease? _lease;

    /// <summary>Under the store's lock.</summary>
    public bool Over { get; set; }

    public StreamLease? Predecessor => store.Current(entry)?._lease;

    public void Begin(StreamLease lease)
    {
        // Before others can see this use.
        _lease = lease;
        store.Begin(entry, this)?._lease!.Evict();
        store.Begun?.Invoke(entry.Fingerprint);
    }

    /// <summary>Ends the stream: a newer one has the ticket.</summary>
    public void Yield() => _lease?.Evict();

    public void Dispose() => store.End(entry, this);
}
