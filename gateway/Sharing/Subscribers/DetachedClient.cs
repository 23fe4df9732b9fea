using Microsoft.AspNetCore.Http.Features;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Transport.Client;

namespace SseGateway.Sharing.Subscribers;

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
            ClientGone.UnsafeRegister(static use => ((IDisposable)use!).Dispose(), succession);
        }

        stream.Detach(this);
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
}
