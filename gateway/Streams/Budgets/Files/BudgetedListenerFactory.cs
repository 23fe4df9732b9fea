using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>The listeners of a transport, each of which accepts no more connections than there are files for.</summary>
internal sealed class BudgetedListenerFactory(IConnectionListenerFactory transport, FileBudget files)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // One that does not say takes all of them, as for Kestrel.
    public bool CanBind(EndPoint endpoint) => transport is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        StaleSocket.Remove(endpoint);
        return new BudgetedListener(await transport.BindAsync(endpoint, cancellationToken), files);
    }
}
