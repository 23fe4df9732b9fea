using System.IO.Pipelines;
using SseGateway.Transport.Client;

namespace SseGateway.Transport.Gathering;

/// <summary>
/// Gathers what the streams of one connection write at about the same time, and sends it at once: one TLS record, one system call and one wake-up of the
/// client for all of them, instead of one of each for every event of every stream.
/// </summary>
/// <remarks>
/// What a connection writes after a rest leaves at once. What several streams write behind it waits for the next <see cref="GatheringRound"/>, or
/// until it fills a record. A flush says that its bytes are on their way; it waits only when the client takes nothing and <see cref="MostBytes"/> are
/// here already. One writer at a time, as Kestrel is. While nothing is on its way there is no buffer.
/// </remarks>
/// <param name="target">What takes the bytes, in order, one write at a time.</param>
/// <param name="round">Says when it is time to send.</param>
internal sealed class GatheredWriter(Stream target, GatheringRound round) : PipeWriter, IThreadPoolWorkItem
{
    // What fits into one record of TLS (RFC 8446 section 5.1).
    private const int FullBytes = 16 * 1024;

    // As many as Kestrel's own output has.
    private const int MostBytes = 64 * 1024;

    // So many flushes since the last time are of several streams; an answer alone has one to three of them, and whoever waits for it asks again at once.
    private const int Crowd = 4;

    private readonly Lock _lock = new();

    // The writer's alone, until it is flushed.
    private WrittenBytes _written;

    // Guarded by _lock.
    private State _state;
    private WrittenBytes _gathered;
    private int _sendingBytes;
    private int _flushes;
    private bool _isCrowded;
    private bool _isClosing;
    private bool _cancelsFlush;
    private long _sentAt;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;

    private enum State
    {
        Resting,
        Gathering,
        Sending,
        Closed,
    }

    /// <summary>True when nothing waits and nothing is being sent.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock)
            {
                return _state == State.Resting;
            }
        }
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    public override void Advance(int bytes) => _written.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Task? room = null;
        var next = State.Resting;
        FlushResult result;
        lock (_lock)
        {
            if (_state == State.Closed || _written.Length == 0)
            {
                _written.Return();
            }
            else
            {
                _gathered.Take(ref _written);
                _flushes++;
                next = Next();
                if (_sendingBytes + _gathered.Length >= MostBytes)
                {
                    room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            result = room is null ? Result() : default;
        }

        Begin(next);
        return room is null ? new(result) : WaitAsync(room, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_lock)
        {
            _cancelsFlush = true;
            GiveRoom();
        }
    }

    /// <summary>What has been flushed is sent all the same.</summary>
    public override void Complete(Exception? exception = null) => _written.Abandon();

    /// <summary>Completes when all that has been flushed so far is sent, or cannot be. What is flushed from now on waits for no round.</summary>
    public Task DrainAsync()
    {
        State next;
        Task drained;
        lock (_lock)
        {
            _isClosing = true;
            if (_state is State.Resting or State.Closed)
            {
                return Task.CompletedTask;
            }

            drained = (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            next = Next();
        }

        Begin(next);
        return drained;
    }

    /// <summary>Called by the round when its time has come.</summary>
    public void OnRound()
    {
        lock (_lock)
        {
            if (_state != State.Gathering)
            {
                return;
            }

            _state = State.Sending;
        }

        Begin(State.Sending);
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    // With the lock held, when there are bytes. The state that has begun, to be seen to without the lock; resting for none.
    private State Next()
    {
        var waits = _gathered.Length < FullBytes && !_isClosing;
        var next = _state switch
        {
            State.Resting => waits && _isCrowded && round.IsRecent(_sentAt) ? State.Gathering : State.Sending,
            State.Gathering when !waits => State.Sending,
            _ => State.Resting,
        };
        if (next != State.Resting)
        {
            _state = next;
        }

        return next;
    }

    private void Begin(State next)
    {
        if (next == State.Gathering)
        {
            round.Add(this);
        }
        else if (next == State.Sending)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // In the state of sending, which is one caller's alone.
    private async Task SendAsync()
    {
        WrittenBytes sending;
        int flushes;
        lock (_lock)
        {
            (sending, flushes) = (_gathered, _flushes);
            (_gathered, _flushes, _sendingBytes) = (default, 0, sending.Length);
        }

        try
        {
            await target.WriteAsync(sending.Memory);
        }
        catch (Exception)
        {
            // The client is gone, and the reading side reports that to the server. What is flushed from now on goes nowhere, and says so. The buffer may
            // still be read from: it is not given back.
            Close();
            return;
        }

        sending.Return();
        var next = State.Resting;
        lock (_lock)
        {
            _sendingBytes = 0;
            _isCrowded = flushes >= Crowd || _flushes >= Crowd;
            _sentAt = round.Now;
            _state = State.Resting;
            if (_gathered.Length > 0)
            {
                next = Next();
            }
            else
            {
                _drained?.TrySetResult();
            }

            if (_gathered.Length < MostBytes)
            {
                GiveRoom();
            }
        }

        Begin(next);
    }

    private void Close()
    {
        lock (_lock)
        {
            _state = State.Closed;
            (_gathered, _sendingBytes) = (default, 0);
            _drained?.TrySetResult();
            GiveRoom();
        }
    }

    private async ValueTask<FlushResult> WaitAsync(Task room, CancellationToken cancellation)
    {
        await room.WaitAsync(cancellation);
        lock (_lock)
        {
            return Result();
        }
    }

    // With the lock held.
    private void GiveRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    // With the lock held.
    private FlushResult Result()
    {
        var cancelled = _cancelsFlush;
        _cancelsFlush = false;
        return new FlushResult(cancelled, _state == State.Closed);
    }
}
