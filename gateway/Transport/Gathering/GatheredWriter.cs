using System.IO.Pipelines;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// Gathers what the streams of one connection write at about the same time, and sends it at once: one TLS record, one system call and one wake-up of the
/// client for all of them, instead of one of each for every event of every stream.
/// </summary>
/// <remarks>
/// What a connection writes after a rest leaves at once. What several streams write behind it waits for the next <see cref="GatheringRound"/>, or
/// until it fills a record. A flush says that its bytes are on their way; it waits only when the client takes nothing and <see cref="MostBytes"/> are here already.
/// </remarks>
internal sealed class GatheredWriter : PipeWriter, IThreadPoolWorkItem
{
    // What fits into one record of TLS (RFC 8446 section 5.1). So is what is gathered mostly of one piece.
    private const int FullBytes = 16 * 1024;

    // As many as Kestrel's own output has.
    private const int MostBytes = 64 * 1024;

    // So many flushes since the last time are of several streams; an answer alone has one to three of them, and whoever waits for it asks again at once.
    private const int Crowd = 4;

    private const int Resting = 0;
    private const int Gathering = 1;
    private const int Sending = 2;
    private const int Closed = 3;

    private static readonly PipeOptions Buffers = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: MostBytes,
        resumeWriterThreshold: MostBytes / 2,
        minimumSegmentSize: FullBytes,
        useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Buffers);
    private readonly Stream _target;
    private readonly GatheringRound _round;
    private int _state;
    private long _gathered;
    private long _sent;
    private long _sentAt;
    private int _flushes;
    private int _sentFlushes;
    private volatile bool _isCrowded;
    private volatile bool _isClosing;
    private volatile TaskCompletionSource? _drained;

    /// <param name="target">What takes the bytes, in order, one write at a time.</param>
    /// <param name="round">Says when it is time to send.</param>
    public GatheredWriter(Stream target, GatheringRound round) => (_target, _round) = (target, round);

    /// <summary>True when nothing waits and nothing is being sent.</summary>
    public bool IsResting => Volatile.Read(ref _state) == Resting;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _pipe.Writer.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _pipe.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _pipe.Writer.GetSpan(sizeHint);

    public override void Advance(int bytes) => _pipe.Writer.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var writer = _pipe.Writer;
        var gathered = Volatile.Read(ref _gathered) + writer.UnflushedBytes;
        Volatile.Write(ref _gathered, gathered);
        _flushes++;
        var flush = writer.FlushAsync(cancellationToken);
        Look(gathered - Volatile.Read(ref _sent));
        return flush;
    }

    public override void CancelPendingFlush() => _pipe.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _pipe.Writer.Complete(exception);

    /// <summary>Completes when all that has been flushed so far is sent, or cannot be. What is flushed from now on leaves at once.</summary>
    public Task DrainAsync()
    {
        _isClosing = true;
        var drained = _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.MemoryBarrier();
        Look(FullBytes);
        if (Volatile.Read(ref _state) == Closed)
        {
            drained.TrySetResult();
        }

        return drained.Task;
    }

    /// <summary>Called by the round when its time has come.</summary>
    public void OnRound()
    {
        if (Interlocked.CompareExchange(ref _state, Sending, Gathering) == Gathering)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private void Look(long waiting)
    {
        switch (Volatile.Read(ref _state))
        {
            case Resting when _isCrowded && waiting < FullBytes && !_isClosing && _round.IsRecent(_sentAt):
                if (Interlocked.CompareExchange(ref _state, Gathering, Resting) == Resting)
                {
                    _round.Add(this);
                }

                break;
            case Resting:
                if (Interlocked.CompareExchange(ref _state, Sending, Resting) == Resting)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }

                break;
            case Gathering when waiting >= FullBytes || _isClosing:
                OnRound();
                break;
        }
    }

    // In the state of sending, which is this caller's alone.
    private async Task SendAsync()
    {
        var reader = _pipe.Reader;
        try
        {
            if (reader.TryRead(out var read))
            {
                var buffer = read.Buffer;
                foreach (var piece in buffer)
                {
                    if (!piece.IsEmpty)
                    {
                        await _target.WriteAsync(piece);
                    }
                }

                Volatile.Write(ref _sent, _sent + buffer.Length);
                reader.AdvanceTo(buffer.End);
            }
        }
        catch (Exception gone)
        {
            // The client is; the reading side reports that to the server. What is flushed from now on goes nowhere, and says so.
            reader.Complete(gone is IOException ? null : gone);
            Interlocked.Exchange(ref _state, Closed);
            _drained?.TrySetResult();
            return;
        }

        var flushes = Volatile.Read(ref _flushes);
        _isCrowded = flushes - _sentFlushes >= Crowd;
        _sentFlushes = flushes;
        _sentAt = _round.Now;
        Interlocked.Exchange(ref _state, Resting);
        var waiting = Volatile.Read(ref _gathered) - _sent;
        if (waiting > 0)
        {
            Look(waiting);
        }
        else if (_isClosing)
        {
            _drained?.TrySetResult();
        }
    }
}
