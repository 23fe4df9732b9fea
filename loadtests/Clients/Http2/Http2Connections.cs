using System.Net;
using LoadTests.Running.Crowds;

namespace LoadTests.Clients.Http2;

/// <summary>The connections that the clients of a scenario share, so many streams on each; more are made as all are full.</summary>
/// <param name="streamsEach">On a connection; fewer where a server allows fewer.</param>
internal sealed class Http2Connections(int streamsEach) : IDisposable
{
    private readonly int _streamsEach = streamsEach;
    private readonly CancellationTokenSource _over = new();

    // Guards all below.
    private readonly Lock _gate = new();
    private readonly HashSet<Http2Connection> _all = [];
    private readonly HashSet<Http2Connection> _listed = [];
    private readonly Dictionary<IPEndPoint, Stack<Http2Connection>> _withRoom = [];
    private readonly Dictionary<IPEndPoint, ComingConnection> _coming = [];
    private int _allowed = streamsEach;
    private int _begun;
    private int _opened;

    /// <summary>Connections that were made so far.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <inheritdoc cref="EventStreamConnection.OpenAsync"/>
    public async Task<EventStreamConnection> OpenAsync(StreamRequest request, string lastEventId, CancellationToken cancellation)
    {
        while (true)
        {
            var (stream, coming) = TryOpen(request, lastEventId);
            if (stream is null)
            {
                await coming!.WaitAsync(cancellation);
                continue;
            }

            try
            {
                await stream.RequireStreamAsync(cancellation);
                return stream;
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        Http2Connection[] all;
        lock (_gate)
        {
            all = [.. _all];
        }

        foreach (var connection in all)
        {
            connection.Dispose();
        }
    }

    // A stream, or what to wait for before it is tried again: as many wait for a connection as it is thought to have room for.
    private (Http2Stream? Stream, Task? Coming) TryOpen(StreamRequest request, string lastEventId)
    {
        lock (_gate)
        {
            var withRoom = WithRoom(request.Server);
            while (withRoom.TryPeek(out var connection))
            {
                if (connection.TryOpen(request, lastEventId) is { } stream)
                {
                    return (stream, null);
                }

                _listed.Remove(withRoom.Pop());
            }

            if (!_coming.TryGetValue(request.Server, out var coming) || coming.Left == 0)
            {
                _coming[request.Server] = coming = new ComingConnection { Left = _allowed };
                coming.Connected = ConnectAsync(request, Place.AddressOf(_begun++), coming);
            }

            coming.Left--;
            return (null, coming.Connected);
        }
    }

    private async Task ConnectAsync(StreamRequest request, IPAddress? from, ComingConnection coming)
    {
        // Never at once, within the lock.
        await Task.Yield();
        try
        {
            var connection = await Http2Connection.ConnectAsync(request, from, _streamsEach, changed => Changed(request.Server, changed), _over.Token);
            lock (_gate)
            {
                _opened++;
                _allowed = connection.Most;
                _all.Add(connection);
            }

            Changed(request.Server, connection);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            throw new IOException("the clients have left");
        }
        finally
        {
            lock (_gate)
            {
                // Another one may be on its way already.
                if (_coming.GetValueOrDefault(request.Server) == coming)
                {
                    _coming.Remove(request.Server);
                }
            }
        }
    }

    private void Changed(IPEndPoint server, Http2Connection connection)
    {
        lock (_gate)
        {
            if (connection.IsClosed)
            {
                _all.Remove(connection);
            }
            else if (connection.HasRoom && _all.Contains(connection) && _listed.Add(connection))
            {
                WithRoom(server).Push(connection);
            }
        }
    }

    private Stack<Http2Connection> WithRoom(IPEndPoint server)
    {
        if (!_withRoom.TryGetValue(server, out var stack))
        {
            _withRoom[server] = stack = new Stack<Http2Connection>();
        }

        return stack;
    }
}
