using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SseGateway.Budgets.Files;

/// <summary>Kestrel's listeners on sockets, each of which accepts no more connections than there are files for.</summary>
internal sealed class BudgetedListenerFactory(SocketTransportFactory sockets, FileBudget files) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new BudgetedListener(await sockets.BindAsync(endpoint, cancellationToken), files);
}
