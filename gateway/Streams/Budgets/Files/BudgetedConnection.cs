using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Streams.Network;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>A client's connection that gives its file back when it is closed, which is later than when the client is gone.</summary>
internal sealed class BudgetedConnection : DelegatingConnection
{
    private readonly FileBudget _files;
    private LinkedListNode<(ConnectionContext Connection, long Since)>? _silent;
    private int _closed;
    private volatile bool _moves;

    // Of HTTP/2, which has several at once.
    private int _requests;

    public BudgetedConnection(ConnectionContext inner, FileBudget files)
        : base(inner)
    {
        _files = files;
        _silent = files.Silent.Add(inner);
        inner.Features.Set(this);
    }

    /// <summary>Takes note that a request has come on the connection: it is not silent any more, whatever it does from here on.</summary>
    /// <returns>To be told when the request is over; null where it need not be.</returns>
    public static BudgetedConnection? BeginRequest(HttpContext context)
    {
        if (context.Features.Get<BudgetedConnection>() is not { } connection)
        {
            return null;
        }

        connection.EndSilence();
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            return null;
        }

        Interlocked.Increment(ref connection._requests);
        return connection;
    }

    /// <summary>A request is over.</summary>
    public void EndRequest() => Interlocked.Decrement(ref _requests);

    /// <summary>True when the connection serves nothing but this request: without it nobody needs the connection.</summary>
    public static bool IsFor(HttpContext context) => context.Features.Get<BudgetedConnection>() is not { _requests: > 1 };

    /// <summary>The client gets another file, and this connection will be closed without the client's being gone.</summary>
    /// <param name="connection">The connection's features.</param>
    /// <param name="files">Where the client is counted from then on, until whoever has it says that it is closed; null where nobody counts.</param>
    /// <returns>False when there is no other file.</returns>
    public static bool TryLeave(IFeatureCollection connection, out FileBudget? files)
    {
        var budgeted = connection.Get<BudgetedConnection>();
        files = budgeted?._files;
        return budgeted is null || (budgeted._moves = files!.TryMove());
    }

    /// <summary>It has not got one after all.</summary>
    public static void Return(IFeatureCollection connection)
    {
        if (connection.Get<BudgetedConnection>() is { } budgeted)
        {
            budgeted._moves = false;
            budgeted._files.EndMove();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            EndSilence();
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                GiveBack();
            }
        }
    }

    private void GiveBack()
    {
        if (_moves)
        {
            _files.EndMove();
        }
        else
        {
            _files.CloseClient();
        }
    }

    private void EndSilence()
    {
        if (Volatile.Read(ref _silent) is { } silent)
        {
            Volatile.Write(ref _silent, null);
            _files.Silent.Remove(silent);
        }
    }
}
