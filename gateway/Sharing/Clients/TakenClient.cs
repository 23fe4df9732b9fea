using Microsoft.AspNetCore.Http.Features;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Transport.Taken;

namespace SseGateway.Sharing.Clients;

/// <summary>
/// A subscriber whose connection the server has let go of, behind its request: what is left of it for hours is a descriptor, its place in the log, and what
/// a stream knows of itself.
/// </summary>
internal sealed class TakenClient : StreamEnd, ITakenOwner, IThreadPoolWorkItem, IHttpRequestLifetimeFeature
{
    private readonly TakenSocket _socket;
    private readonly FileBudget? _files;
    private readonly SharedStream _shared;
    private readonly Subscriber _subscriber;
    private readonly ISuccession? _succession;
    private readonly TimeProvider _time;

    // Only at the end is there anything that waits for the client to be gone.
    private CancellationTokenSource? _leaving;
    private int _gone;

    /// <param name="socket">The client's.</param>
    /// <param name="files">What its file is counted in; null where it is not.</param>
    /// <param name="shared">What it has entered, and is to leave.</param>
    /// <param name="stream">The client's, to be disposed.</param>
    /// <param name="subscriber">To be taken out of the roster. With its gate held.</param>
    /// <param name="succession">What it came with; null for none.</param>
    /// <param name="time">For the linger after a cut.</param>
    public TakenClient(
        TakenSocket socket, FileBudget? files, SharedStream shared, LiveStream stream, Subscriber subscriber, ISuccession? succession, TimeProvider time)
        : base(stream)
    {
        (_socket, _files, _shared, _subscriber, _succession, _time) = (socket, files, shared, subscriber, succession, time);
        stream.Detach(this, socket);
        subscriber.MoveTo(new TakenRecordWriter(socket));
        socket.Watch(this);
        subscriber.OnEnded(static self => _ = ((TakenClient)self!).FinishAsync(), this);
    }

    protected override bool IsOpaque => false;

    protected override CancellationToken ClientGone
    {
        get
        {
            var leaving = _leaving ?? Interlocked.CompareExchange(ref _leaving, new CancellationTokenSource(), null) ?? _leaving;
            if (Volatile.Read(ref _gone) != 0)
            {
                leaving.Cancel();
            }

            return leaving.Token;
        }
    }

    // Nobody asks: the stream is told.
    CancellationToken IHttpRequestLifetimeFeature.RequestAborted
    {
        get => CancellationToken.None;
        set => throw new NotSupportedException();
    }

    void IHttpRequestLifetimeFeature.Abort() => Abort();

    void ITakenOwner.NoteGone()
    {
        if (Interlocked.Exchange(ref _gone, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>The client is gone.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        // At once, before the stream has come to its end: the client's next one must not be refused because of this one.
        _succession?.Dispose();
        Stream.Leave();
        Volatile.Read(ref _leaving)?.Cancel();
    }

    protected override void Abort() => _socket.Abort();

    protected override async Task CutAsync()
    {
        _socket.EndSending();
        await LingerAsync(_time);
        Abort();
    }

    protected override async Task SendAsync(ReadOnlyMemory<byte> frame) => await _socket.SendAsync(ChunkFraming.Record(frame.Span), ClientGone);

    // It closes at its end in any case.
    protected override void LetConnectionGo()
    {
    }

    private async Task FinishAsync()
    {
        try
        {
            _shared.Unsubscribe(_subscriber);
            if (await EndAsync(_subscriber))
            {
                await _socket.SendAsync("0\r\n\r\n"u8.ToArray(), ClientGone);
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
            _socket.Dispose();
            _files?.CloseClient();
        }
    }
}
