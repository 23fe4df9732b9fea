using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>
/// Accepts connections while there are files for them. Here and not in a step of the connection's own: those begin on other threads, and in a storm there are
/// hundreds of connections before the first of them has looked.
/// </summary>
internal sealed class BudgetedListener(IConnectionListener inner, FileBudget files) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await inner.AcceptAsync(cancellationToken) is { } connection)
        {
            if (await files.TryAcceptAsync(_unbound.Token))
            {
                return new BudgetedConnection(connection, files);
            }

            await connection.DisposeAsync();
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // Kestrel waits for the accept loop to end.
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _unbound.Dispose();
    }
}
