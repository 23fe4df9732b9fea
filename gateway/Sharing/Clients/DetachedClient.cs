using Microsoft.AspNetCore.Http.Features;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Transport.Client;
using SseGateway.Transport.Taken;

namespace SseGateway.Sharing.Clients;

/// <summary>
/// A subscriber whose request is over while its response goes on. What the server keeps for a request, and each step of its way through the
/// gateway, is more than twice what is left here: all that a client of a shared stream needs for hours is a socket and a cursor.
/// </summary>
internal sealed class DetachedClient : StreamEnd, IConnectionHeir, IHttpRequestLifetimeFeature
{
    private readonly Handover _connection;
    private readonly SharedStream _shared;
    private readonly Subscriber _subscriber;
    private readonly ISuccession? _succession;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _leaving;

    /// <param name="connection">The client's.</param>
    /// <param name="shared">What it has entered, and is to leave.</param>
    /// <param name="stream">The client's, to be disposed.</param>
    /// <param name="subscriber">To be taken out of the roster.</param>
    /// <param name="succession">What it came with; null for none.</param>
    /// <param name="time">For the linger after a cut.</param>
    public DetachedClient(Handover connection, SharedStream shared, LiveStream stream, Subscriber subscriber, ISuccession? succession, TimeProvider time)
        : base(stream)
    {
        (_connection, _shared, _subscriber, _succession, _time) = (connection, shared, subscriber, succession, time);
        if (succession is not null)
        {
            // At once, before the stream has come to its end: the client's next one must not be refused because of this one.
            _leaving = ClientGone.UnsafeRegister(static use => ((IDisposable)use!).Dispose(), succession);
        }

        stream.Detach(this, connection.Socket.SafeHandle);
    }

    protected override bool IsOpaque => false;

    protected override CancellationToken ClientGone => _connection.Closed;

    CancellationToken IHttpRequestLifetimeFeature.RequestAborted
    {
        get => ClientGone;
        set => throw new NotSupportedException();
    }

    void IHttpRequestLifetimeFeature.Abort() => Abort();

    public async Task RunAsync()
    {
        if (await TryMoveAsync())
        {
            return;
        }

        try
        {
            await _subscriber.EndedAsync();
            _shared.Unsubscribe(_subscriber);
            if (await EndAsync(_subscriber))
            {
                await _connection.Output.SendAsync("0\r\n\r\n"u8.ToArray(), ClientGone);
            }
        }
        catch (OperationCanceledException)
        {
            // The client left before it had all of the end.
        }
        finally
        {
            _shared.Leave();
            Stream.Dispose();
            _succession?.Dispose();
        }
    }

    protected override void Abort() => _connection.Abort();

    protected override async Task CutAsync()
    {
        await ShutDownAsync(_connection.Socket, _time);
        Abort();
    }

    protected override async Task SendAsync(ReadOnlyMemory<byte> frame) => await _connection.Output.SendAsync(ChunkFraming.Record(frame.Span), ClientGone);

    // It closes at its end in any case.
    protected override void LetConnectionGo()
    {
    }

    // The connection's too is let go, where it can be.
    private async ValueTask<bool> TryMoveAsync()
    {
        if (!_connection.MayBeTaken || !await _subscriber.TryHoldAsync())
        {
            return false;
        }

        try
        {
            if (!BudgetedConnection.TryLeave(_connection.Features, out var files))
            {
                return false;
            }

            if (TakenSocket.TryTake(_connection.Socket) is not { } socket)
            {
                BudgetedConnection.Return(_connection.Features);
                return false;
            }

            _leaving.Unregister();
            _ = new TakenClient(socket, files, _shared, Stream, _subscriber, _succession, _time);
            return true;
        }
        finally
        {
            _subscriber.LetGo();
        }
    }
}
