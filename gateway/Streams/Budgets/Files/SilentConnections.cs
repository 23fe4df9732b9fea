using Microsoft.AspNetCore.Connections;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>
/// Connections on which no request has come yet, the oldest first: they are in a TLS handshake, or say nothing, which costs a client nothing.
/// </summary>
internal sealed class SilentConnections(TimeProvider time)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly LinkedList<(ConnectionContext Connection, long Since)> _connections = [];

    /// <returns>For <see cref="Remove"/>.</returns>
    public LinkedListNode<(ConnectionContext Connection, long Since)> Add(ConnectionContext connection)
    {
        lock (_lock)
        {
            return _connections.AddLast((connection, time.GetTimestamp()));
        }
    }

    /// <summary>It has a request, or is closed.</summary>
    public void Remove(LinkedListNode<(ConnectionContext Connection, long Since)> silent)
    {
        lock (_lock)
        {
            if (silent.List is not null)
            {
                _connections.Remove(silent);
            }
        }
    }

    /// <summary>Closes those that have been silent for longer.</summary>
    public void CloseAfter(TimeSpan silence)
    {
        while (TakeOlderThan(silence) is { } connection)
        {
            connection.Abort(new ConnectionAbortedException("No request has come, and others wait for a connection."));
        }
    }

    private ConnectionContext? TakeOlderThan(TimeSpan silence)
    {
        lock (_lock)
        {
            if (_connections.First is not { } oldest || time.GetElapsedTime(oldest.Value.Since) < silence)
            {
                return null;
            }

            _connections.RemoveFirst();
            return oldest.Value.Connection;
        }
    }
}
