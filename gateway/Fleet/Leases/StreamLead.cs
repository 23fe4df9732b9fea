using System.Buffers;
using SseGateway.Fleet.Mirrors;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;
using StackExchange.Redis;

namespace SseGateway.Fleet.Leases;

/// <summary>
/// One time of having a stream's lease: what the upstream sends is collected and appended to the store, one batch at a time, and is in this gateway's own
/// mirror, for its own clients, once the store has answered. So a leader that dies leaves nobody with a cursor that nobody else knows.
/// </summary>
/// <remarks>
/// One batch on its way, and after any failure a new acquisition whose answer says how much of it has arrived: with calls in a row, some after the one that
/// failed are applied and some are not, and events are lost from the middle.
/// </remarks>
internal sealed class StreamLead : IUpstreamLead, IDisposable
{
    // What waits for the store; above it the upstream is not read. A buffer of the upstream's comes on top.
    private const int MostPendingBytes = 256 * 1024;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly SharedStream _shared;
    private readonly StreamMirror _mirror;
    private readonly StreamLease _lease;
    private readonly FleetStore _store;
    private readonly FleetMetrics _metrics;
    private readonly Func<bool> _mayWait;
    private readonly EntryId _before;
    private readonly CancellationTokenSource _over;
    private readonly Signal _signal = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly LinkedList<PendingBatch> _pending = new();
    private PendingBatch? _spare;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _settled;
    private EntryId _next;
    private byte[] _begun = [];
    private int _pendingBytes;
    private bool _isBegun;
    private bool _isLost;
    private bool _isFenced;
    private bool _ends;

    private TimeSpan _renewed;
    private byte[] _head = [];
    private byte[] _state = [];
    private byte[] _lastId = [];
    private bool _metaGone;
    private bool _mustVerify;

    /// <param name="shared">Whose upstream.</param>
    /// <param name="mirror">What there is of it, all of it.</param>
    /// <param name="lease">Acquired just now.</param>
    /// <param name="store">The store.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="generation">Into which it appends; the mirror's, or a new one.</param>
    /// <param name="before">What a new generation goes on after; nothing when that is this gateway's alone.</param>
    /// <param name="mayWait">Whether a store that is away is still to be waited for.</param>
    public StreamLead(
        SharedStream shared, StreamMirror mirror, StreamLease lease, FleetStore store, FleetMetrics metrics, long generation, EntryId before,
        Func<bool> mayWait)
    {
        (_shared, _mirror, _lease, _store, _metrics, _mayWait) = (shared, mirror, lease, store, metrics, mayWait);
        _over = CancellationTokenSource.CreateLinkedTokenSource(shared.Closed);
        Over = _over.Token;
        var top = mirror.Top;
        (_before, _isBegun) = (before, top.Generation == generation);
        _next = new EntryId(generation, _isBegun ? top.Number + 1 : 2);
        Epoch = _next.Epoch;
        _renewed = store.Now;
        _head = shared.Head is { } head ? RecordWriter.Opened(head) : [];
        Over.UnsafeRegister(static lead => ((StreamLead)lead!).Wake(), this);
    }

    public CancellationToken Over { get; }

    public string Epoch { get; }

    public long Next
    {
        get
        {
            lock (_lock)
            {
                return _next.Number;
            }
        }
    }

    /// <summary>True when the lease went to somebody else.</summary>
    public bool IsFenced
    {
        get
        {
            lock (_lock)
            {
                return _isFenced;
            }
        }
    }

    /// <summary>True when clients of other gateways waited for the stream at the last renewal.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>What the upstream has said instead of a stream; null for nothing.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>True when the stream was ended by its upstream, given up, or is not shared any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Entries that the store has not confirmed, in bytes.</summary>
    public int PendingBytes
    {
        get
        {
            lock (_lock)
            {
                return _pendingBytes;
            }
        }
    }

    /// <summary>Takes a frame on its way to the log.</summary>
    public void Append(in LogFrame frame)
    {
        lock (_lock)
        {
            if (_isFenced)
            {
                return;
            }

            var batch = Batch();
            RecordWriter.WriteFrame(batch.Writer, frame);
            if (frame.HasId)
            {
                batch.LastId = frame.Bytes[frame.Id].ToArray();
            }

            if (frame.IsSnapshot)
            {
                batch.Snapshot = batch.Count;
            }

            Added(batch);
        }
    }

    /// <summary>Has what was appended go on.</summary>
    /// <returns>Completes when there is room for more, or it is over.</returns>
    public ValueTask FlushAsync()
    {
        Wake();
        lock (_lock)
        {
            if (_pendingBytes <= MostPendingBytes || _isFenced || Over.IsCancellationRequested)
            {
                return default;
            }

            return new ValueTask((_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    /// <summary>The upstream is dialled first, with this cursor of a client's.</summary>
    public void BeginAfter(ReadOnlySpan<byte> cursor)
    {
        lock (_lock)
        {
            _begun = cursor.ToArray();
        }
    }

    public void Opened(UpstreamHead head)
    {
        lock (_lock)
        {
            _head = RecordWriter.Opened(head);
            _isLost = false;
            AppendState(_head);
        }

        Wake();
    }

    public void Lost()
    {
        lock (_lock)
        {
            if (!_isLost && _isBegun)
            {
                _isLost = true;
                AppendState(RecordWriter.Of(RecordKind.Lost));
            }
        }

        Wake();
    }

    public async Task<bool> EndedAsync(TimeSpan due, int ends)
    {
        await EndAsync(RecordWriter.Ended(due - _shared.Now, ends)).ConfigureAwait(false);
        return false;
    }

    public Task<bool?> UntilWantedAsync() => Task.FromResult<bool?>(_shared.Users > 0 || IsWanted ? true : null);

    public void Refused(UpstreamDial dial, byte[] cursor) => Refusal = new Refusal(dial.Answer is { Body: not null } answer ? answer : null, cursor);

    public void GaveUp()
    {
        lock (_lock)
        {
            if (_isBegun)
            {
                AppendState(RecordWriter.Of(RecordKind.GaveUp));
            }

            HasEnded = true;
        }
    }

    public void Unshared(string sign)
    {
        lock (_lock)
        {
            AppendState(RecordWriter.Unshared(sign));
            HasEnded = true;
        }
    }

    public Task ReadyAsync() => SettledAsync();

    /// <summary>Completes when all that was appended is in the log, or it is over.</summary>
    public Task SettledAsync()
    {
        Wake();
        lock (_lock)
        {
            return _pending.Count == 0 || _isFenced
                ? Task.CompletedTask : (_settled ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Lets the upstream go.</summary>
    public void End() => _over.Cancel();

    /// <summary>The store may have lost something, or have been another one.</summary>
    public void Verify()
    {
        Volatile.Write(ref _mustVerify, true);
        Wake();
    }

    /// <summary>Nothing more comes: <see cref="RunAsync"/> completes when what there is has arrived.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _ends = true;
        }

        Wake();
    }

    /// <summary>Brings what is appended to the store, and keeps the lease. Until it is another's, or <see cref="Complete"/>. Never throws.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            PendingBatch? batch;
            lock (_lock)
            {
                batch = _pending.First?.Value;
                if (batch is null && _ends)
                {
                    return;
                }

                if (batch is not null)
                {
                    batch.IsClosed = true;
                }
            }

            if (Interlocked.Exchange(ref _mustVerify, false) && !await AcquireAgainAsync().ConfigureAwait(false))
            {
                Fence();
                return;
            }

            var left = _renewed + _lease.Renewal - _store.Now;
            if (batch is null && left > TimeSpan.Zero)
            {
                await _signal.WaitAsync(left).ConfigureAwait(false);
                continue;
            }

            try
            {
                var sent = _store.Now;
                if (!(batch is null ? await RenewAsync().ConfigureAwait(false) : await SendAsync(batch).ConfigureAwait(false)))
                {
                    if (!await AcquireAgainAsync().ConfigureAwait(false))
                    {
                        Fence();
                        return;
                    }

                    continue;
                }

                _renewed = sent;
            }
            catch (StoreAwayException)
            {
                if (!await AcquireAgainAsync().ConfigureAwait(false))
                {
                    Fence();
                    return;
                }
            }
        }
    }

    public void Dispose() => _over.Dispose();

    private void Wake()
    {
        lock (_lock)
        {
            if (Over.IsCancellationRequested)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }

        _signal.Set();
    }

    private async Task EndAsync(byte[] record)
    {
        lock (_lock)
        {
            AppendState(record);
            HasEnded = true;
        }

        await SettledAsync().ConfigureAwait(false);
    }

    private void AppendState(byte[] record)
    {
        if (_isFenced)
        {
            return;
        }

        var batch = Batch();
        batch.Writer.Write(record);
        batch.State = batch.Count;
        Added(batch);
    }

    // The last one, if there is room in it. A generation begins with what says so.
    private PendingBatch Batch()
    {
        if (_pending.Last?.Value is { IsClosed: false } last)
        {
            return last;
        }

        var batch = _spare ?? new PendingBatch();
        _spare = null;
        batch.First = _next;
        if (!_isBegun)
        {
            _isBegun = true;
            batch.First = _next with { Number = 1 };
            batch.Writer.Write(RecordWriter.Begun(_before.Generation, _before.Number, _begun));
            batch.Added();
        }

        _pending.AddLast(batch);
        return batch;
    }

    private void Added(PendingBatch batch)
    {
        batch.Added();
        _next = _next with { Number = batch.First.Number + batch.Count };
        _pendingBytes = _pending.Sum(static one => one.Bytes);
    }

    private async Task<bool> RenewAsync()
    {
        // Nothing is pending: what is here is all that is there.
        var top = _mirror.Top;
        var isBegun = top.Generation == _next.Generation;
        var state = await _lease.RenewAsync(isBegun ? top : default).ConfigureAwait(false);
        if (state.HasFlag(LeaseState.Lost) || state.HasFlag(LeaseState.LogShort))
        {
            return false;
        }

        if (state.HasFlag(LeaseState.MetaGone) && isBegun)
        {
            // It goes with the next entry.
            _metaGone = true;
            lock (_lock)
            {
                var batch = Batch();
                batch.Writer.Write(RecordWriter.Of(RecordKind.Nothing));
                Added(batch);
            }
        }

        IsWanted = state.HasFlag(LeaseState.Wanted);
        _shared.IsHeldOpen = IsWanted;
        return true;
    }

    private async Task<bool> SendAsync(PendingBatch batch)
    {
        var records = batch.Records();
        var (first, last) = (batch.First, batch.First with { Number = batch.First.Number - 1 });
        if (!await _lease.AppendAsync(first, first.Number == 1 ? null : last, Oldest(first), records, Meta(batch, records)).ConfigureAwait(false))
        {
            return false;
        }

        _metrics.Appended(records.Length);
        Confirm(batch, records);
        return true;
    }

    // By this gateway's own log: what it has let go needs nobody.
    private long Oldest(EntryId first) => _mirror.Top.Generation == first.Generation ? Math.Min(_shared.Log.First, first.Number) : 1;

    private void Confirm(PendingBatch batch, ReadOnlyMemory<byte>[] records)
    {
        _mirror.Take(batch.First, records);
        lock (_lock)
        {
            if (_pending.First?.Value == batch)
            {
                _pending.RemoveFirst();
                batch.Clear();
                _spare = batch;
            }

            Recount();
        }
    }

    private void Recount()
    {
        _pendingBytes = _pending.Sum(static one => one.Bytes);
        if (_pendingBytes <= MostPendingBytes)
        {
            _room?.TrySetResult();
            _room = null;
        }

        if (_pending.Count == 0)
        {
            _settled?.TrySetResult();
            _settled = null;
        }
    }

    private List<RedisValue> Meta(PendingBatch batch, ReadOnlyMemory<byte>[] records)
    {
        var meta = new List<RedisValue>();
        if (batch.State >= 0)
        {
            _state = records[batch.State].ToArray();
            meta.Add("state");
            meta.Add(_state);
            if (_state[0] == (byte)RecordKind.Opened || _metaGone)
            {
                meta.Add("head");
                meta.Add(_head);
            }
        }
        else if (_metaGone)
        {
            meta.AddRange(["state", _state, "head", _head]);
        }

        if (batch.LastId is not null || _metaGone)
        {
            _lastId = batch.LastId ?? _lastId;
            meta.Add("id");
            meta.Add(_lastId);
        }

        if (batch.Snapshot >= 0)
        {
            meta.Add("snapshot");
            meta.Add(records[batch.Snapshot]);
            meta.Add("snapshotAt");
            meta.Add(new EntryId(batch.First.Generation, batch.First.Number + batch.Snapshot).ToString());
        }

        if (_metaGone)
        {
            _metaGone = false;
            meta.Add("by");
            meta.Add(_lease.Owner);
        }

        return meta;
    }

    // False when it is another's.
    private async Task<bool> AcquireAgainAsync()
    {
        while (_mayWait())
        {
            try
            {
                var acquired = await _lease.AcquireAsync(isWanted: false).ConfigureAwait(false);
                if (!acquired.IsMine)
                {
                    return false;
                }

                _renewed = _store.Now;
                return await GoOnAfterAsync(acquired).ConfigureAwait(false);
            }
            catch (StoreAwayException)
            {
                await Task.Delay(Again).ConfigureAwait(false);
            }
        }

        return false;
    }

    // What was on its way has arrived, or has not, or some of it has; and the store may have lost what it had.
    private async Task<bool> GoOnAfterAsync(Acquisition acquired)
    {
        if (acquired.Before.Length > 0 && acquired.Before != _lease.Owner)
        {
            return false;
        }

        _metaGone |= acquired.Before.Length == 0;
        var (top, mine) = (acquired.Top, _mirror.Top);
        if (top.Generation > Math.Max(mine.Generation, _next.Generation))
        {
            return false;
        }

        if (mine.Generation == _next.Generation && (top.Generation < mine.Generation || top.Number < mine.Number))
        {
            var from = Math.Max(top.Generation == mine.Generation ? top.Number + 1 : 1, _shared.Log.First);
            await RepairAsync(top, from, mine).ConfigureAwait(false);
            top = mine;
        }

        PendingBatch? batch;
        EntryId next;
        lock (_lock)
        {
            (batch, next) = (_pending.First?.Value, _next);
        }

        // A script is run whole or not at all. What has come by a message is here already, and not confirmed.
        var arrived = top.Generation == next.Generation ? top.Number : 0;
        if (batch is not null && arrived == batch.First.Number + batch.Count - 1)
        {
            Confirm(batch, batch.Records());
            return true;
        }

        return batch is not null ? arrived == batch.First.Number - 1 : arrived == next.Number - 1 || arrived == 0;
    }

    // With the ids that they had: who has them passes them over.
    private async Task RepairAsync(EntryId after, long from, EntryId last)
    {
        _metaGone = true;
        var batch = new PendingBatch { First = last with { Number = from } };
        for (var number = from; number <= last.Number; number++)
        {
            batch.Writer.Write(_mirror.Copy(number));
            batch.Added();
            if (batch.IsClosed || number == last.Number)
            {
                var records = batch.Records();
                if (!await _lease.AppendAsync(batch.First, after, from, records, Meta(batch, records)).ConfigureAwait(false))
                {
                    throw new StoreAwayException("the lease is another's");
                }

                after = last with { Number = number };
                batch.Clear();
                batch.First = last with { Number = number + 1 };
            }
        }
    }

    private void Fence()
    {
        lock (_lock)
        {
            _isFenced = true;
            _pending.Clear();
            Recount();
            _room?.TrySetResult();
            _settled?.TrySetResult();
        }

        _shared.IsHeldOpen = false;
        _over.Cancel();
    }
}
