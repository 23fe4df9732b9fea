using System.Buffers;
using System.Text;
using SseGateway.Fleet.Mirrors;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

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
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly SharedStream _shared;
    private readonly StreamMirror _mirror;
    private readonly StreamLease _lease;
    private readonly FleetStore _store;
    private readonly FleetMetrics _metrics;
    private readonly Func<bool> _mayWait;
    private readonly PendingEntries _pending;
    private readonly StreamMeta _meta;
    private readonly CancellationTokenSource _over;
    private readonly Signal _signal = new();
    private TimeSpan _renewed;
    private bool _isLost;
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
        var isBegun = top.Generation == generation;
        var next = new EntryId(generation, isBegun ? top.Number + 1 : 2);
        _pending = new PendingEntries(next, isBegun, before, store.Time);
        Epoch = next.Epoch;
        _renewed = store.Now;
        var lastId = Encoding.Latin1.GetBytes(mirror.Position().LastEventId ?? "");
        _meta = new StreamMeta(lease.Owner, lastId) { Head = shared.Head is { } head ? RecordWriter.Opened(head) : [] };
        Over.UnsafeRegister(
            static self =>
            {
                var lead = (StreamLead)self!;
                lead._pending.EndReading();
                lead._signal.Set();
            }, this);
    }

    public CancellationToken Over { get; }

    public string Epoch { get; }

    public long Next => _pending.Next.Number;

    /// <summary>True when the lease went to somebody else.</summary>
    public bool IsFenced => _pending.IsDropped;

    /// <summary>True when clients of other gateways waited for the stream at the last renewal.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>What the upstream has said instead of a stream; null for nothing.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>True when the stream was ended by its upstream, given up, or is not shared any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Entries that the store has not confirmed, in bytes.</summary>
    public int PendingBytes => _pending.Bytes;

    /// <summary>Takes a frame on its way to the log.</summary>
    public void Append(in LogFrame frame) => _pending.Append(frame);

    /// <summary>Has what was appended go on.</summary>
    /// <returns>Completes when there is room for more, or it is over.</returns>
    public ValueTask FlushAsync()
    {
        _signal.SetHere();
        return _pending.RoomAsync();
    }

    /// <summary>The upstream is dialled first, with this cursor of a client's.</summary>
    public void BeginAfter(ReadOnlySpan<byte> cursor) => _pending.BeginAfter(cursor.ToArray());

    public void Opened(UpstreamHead head)
    {
        _meta.Head = RecordWriter.Opened(head);
        _isLost = false;
        AppendState(_meta.Head);
    }

    public void Lost()
    {
        if (!_isLost && _pending.IsBegun)
        {
            _isLost = true;
            AppendState(RecordWriter.Of(RecordKind.Lost));
        }
    }

    public async Task<bool> EndedAsync(TimeSpan due, int ends)
    {
        AppendState(RecordWriter.Ended(due - _shared.Now, ends));
        HasEnded = true;
        await SettledAsync().ConfigureAwait(false);
        return false;
    }

    public Task<bool?> UntilWantedAsync() => Task.FromResult<bool?>(_shared.Users > 0 || IsWanted ? true : null);

    public void Refused(UpstreamDial dial, byte[] cursor) => Refusal = new Refusal(dial.Answer is { Body: not null } answer ? answer : null, cursor);

    public void GaveUp()
    {
        if (_pending.IsBegun)
        {
            AppendState(RecordWriter.Of(RecordKind.GaveUp));
        }

        HasEnded = true;
    }

    public void Unshared(string sign)
    {
        AppendState(RecordWriter.Unshared(sign));
        HasEnded = true;
    }

    public Task ReadyAsync() => SettledAsync();

    /// <summary>Completes when all that was appended is in the log, or it is over.</summary>
    public Task SettledAsync()
    {
        _signal.Set();
        return _pending.SettledAsync();
    }

    /// <summary>Lets the upstream go.</summary>
    public void End() => _over.Cancel();

    /// <summary>The store may have lost something, or have been another one.</summary>
    public void Verify()
    {
        Volatile.Write(ref _mustVerify, true);
        _signal.Set();
    }

    /// <summary>Nothing more comes: <see cref="RunAsync"/> completes when what there is has arrived.</summary>
    public void Complete()
    {
        _pending.Complete();
        _signal.Set();
    }

    /// <summary>Brings what is appended to the store, and keeps the lease. Until it is another's, or <see cref="Complete"/>. Never throws.</summary>
    public async Task RunAsync()
    {
        while (_pending.TryTake(out var batch))
        {
            var left = _renewed + _lease.Renewal - _store.Now;
            if (Interlocked.Exchange(ref _mustVerify, false))
            {
                if (!await AcquireAgainAsync().ConfigureAwait(false))
                {
                    Fence();
                    return;
                }
            }
            else if (batch is null && left > TimeSpan.Zero)
            {
                await _signal.WaitAsync(left).ConfigureAwait(false);
            }
            else
            {
                var sent = _store.Now;
                if (await TryAsync(batch).ConfigureAwait(false))
                {
                    _renewed = sent;
                }
                else if (!await AcquireAgainAsync().ConfigureAwait(false))
                {
                    Fence();
                    return;
                }
            }
        }
    }

    public void Dispose() => _over.Dispose();

    private void AppendState(byte[] record)
    {
        _pending.Append(record, isState: true);
        _signal.Set();
    }

    private async Task<bool> TryAsync(PendingBatch? batch)
    {
        try
        {
            return batch is null ? await RenewAsync().ConfigureAwait(false) : await SendAsync(batch).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            return false;
        }
    }

    private async Task<bool> RenewAsync()
    {
        // Nothing is pending: what is here is all that is there.
        var top = _mirror.Top;
        var isBegun = top.Generation == _pending.Next.Generation;
        var state = await _lease.RenewAsync(isBegun ? top : default).ConfigureAwait(false);
        if (state.HasFlag(LeaseState.Lost) || state.HasFlag(LeaseState.LogShort))
        {
            return false;
        }

        if (state.HasFlag(LeaseState.MetaGone) && isBegun)
        {
            // It goes with the next entry.
            _meta.IsGone = true;
            _pending.Append(RecordWriter.Of(RecordKind.Nothing), isState: false);
        }

        IsWanted = state.HasFlag(LeaseState.Wanted);
        _shared.IsHeldOpen = IsWanted;
        return true;
    }

    private async Task<bool> SendAsync(PendingBatch batch)
    {
        var records = batch.Records();
        var (first, last) = (batch.First, batch.First with { Number = batch.First.Number - 1 });
        EntryId? after = first.Number == 1 ? null : last;
        if (!await _lease.AppendAsync(first, batch.Since, after, Oldest(first), records, _meta.Of(batch, records)).ConfigureAwait(false))
        {
            return false;
        }

        _meta.IsGone = false;
        _metrics.Appended(records.Length);
        Confirm(batch, records);
        return true;
    }

    // By this gateway's own log: what it has let go needs nobody.
    private long Oldest(EntryId first) => _mirror.Top.Generation == first.Generation ? Math.Min(_shared.Log.First, first.Number) : 1;

    private void Confirm(PendingBatch batch, ReadOnlyMemory<byte>[] records)
    {
        _mirror.Take(batch.First, records, batch.Since);
        _pending.Confirm(batch);
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

        _meta.IsGone |= acquired.Before.Length == 0;
        var (top, mine, generation) = (acquired.Top, _mirror.Top, _pending.Next.Generation);
        if (top.Generation > Math.Max(mine.Generation, generation))
        {
            return false;
        }

        if (mine.Generation == generation && mine.IsAbove(top))
        {
            var from = Math.Max(top.Generation == mine.Generation ? top.Number + 1 : 1, _shared.Log.First);
            await RepairAsync(top, from, mine).ConfigureAwait(false);
            top = mine;
            if (acquired.Before.Length == 0 && !_isLost && !HasEnded)
            {
                // Whoever has come since the store lost it has heard of no answer.
                AppendState(_meta.Head);
            }
        }

        // A script is run whole or not at all. What has come by a message is here already, and not confirmed.
        var (batch, next) = _pending.Standing;
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
        _meta.IsGone = true;
        var (since, batch) = (_store.Time.GetUtcNow(), new PendingBatch { First = last with { Number = from } });
        for (var number = from; number <= last.Number; number++)
        {
            batch.Writer.Write(_mirror.Copy(number));
            batch.Added();
            if (batch.IsClosed || number == last.Number)
            {
                var records = batch.Records();
                if (!await _lease.AppendAsync(batch.First, since, after, from, records, _meta.Of(batch, records)).ConfigureAwait(false))
                {
                    throw new StoreAwayException("the lease is another's");
                }

                _meta.IsGone = false;
                after = last with { Number = number };
                batch.Clear();
                batch.First = last with { Number = number + 1 };
            }
        }
    }

    private void Fence()
    {
        _pending.Drop();
        _shared.IsHeldOpen = false;
        _over.Cancel();
    }
}
