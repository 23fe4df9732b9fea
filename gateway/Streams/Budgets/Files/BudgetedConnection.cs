using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace SseGateway.Streams.Budgets.Files;

/// <summary>A client's connection that gives its file back when it is closed, which is later than when the client is gone.</summary>
internal sealed class BudgetedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly FileBudget _files;
    private LinkedListNode<(ConnectionContext Connection, long Since)>? _silent;
    private int _closed;

    // Of HTTP/2, which has several at once.
    private int _requests;

    public BudgetedConnection(ConnectionContext inner, FileBudget files)
    {
        (_inner, _files) = (inner, files);
        _silent = files.Silent.Add(inner);
        inner.Features.Set(this);
    }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    /// <summary>Takes note that a request has come on the connection: it is not silent any more, whatever it does from here on.</summary>
    public static void NoteRequest(HttpContext context)
    {
        if (context.Features.Get<BudgetedConnection>() is not { } connection)
        {
            return;
        }

        connection.EndSilence();
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            Interlocked.Increment(ref connection._requests);
            context.Response.OnCompleted(
                static connection =>
                {
                    Interlocked.Decrement(ref ((BudgetedConnection)connection)._requests);
                    return Task.CompletedTask;
                },
                connection);
        }
    }

    /// <summary>True when the connection serves nothing but this request: without it nobody needs the connection.</summary>
    public static bool IsFor(HttpContext context) => context.Features.Get<BudgetedConnection>() is not { _requests: > 1 };

    public override void Abort() => _inner.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _inner.DisposeAsync();
        }
        finally
        {
            EndSilence();
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                _files.CloseClient();
            }

            await base.DisposeAsync();
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
