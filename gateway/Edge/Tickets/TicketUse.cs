namespace SseGateway.Edge.Tickets;

/// <summary>One stream that a ticket has opened. Dispose says that it is over, once, however often it is called and by whom.</summary>
internal sealed class TicketUse(TicketStore store, TicketEntry entry) : IDisposable
{
    private int _over;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
        {
            store.Release(entry);
        }
    }
}
