using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Mirrors;

/// <summary>
/// What this gateway has of a stream's log in the store: the log in memory that its clients are served from. Entries come by messages and, where one is
/// missing, are read; they go by their numbers alone.
/// </summary>
/// <remarks>
/// The store never says that something was missed: after a trim, a flush or a failover that has lost writes, reading on from an old place gives nothing or a
/// later entry. That the next number is not the one after mine is the only alarm there is.
/// </remarks>
internal sealed class StreamMirror(SharedStream shared, FleetStore store, StreamKeys keys, SemaphoreSlim reads, FleetMetrics metrics, IMirrorEvents events)
{
    private readonly LogSink _log = new(shared);
    private readonly LogPages _pages = new(store, keys);
    private readonly MirrorNews _news = new();
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private UpstreamPosition _position = new(shared.Log);
    private EntryId _announced;
    private long _generation;
    private bool _joined;
    private Task _fill = Task.CompletedTask;

    /// <summary>The newest entry that is here; nothing before the first.</summary>
    public EntryId Top
    {
        get
        {
            lock (_lock)
            {
                return _generation == 0 ? default : new EntryId(_generation, shared.Log.Next - 1);
            }
        }
    }

    /// <summary>Entries that are known to be in the store and are not here yet.</summary>
    public long Lag
    {
        get
        {
            lock (_lock)
            {
                return _announced.Generation == _generation ? Math.Max(0, _announced.Number - (shared.Log.Next - 1)) : 0;
            }
        }
    }

    /// <summary>What the gateway's own ids of the next entries begin with.</summary>
    public string Epoch => _log.Epoch;

    /// <summary>Where the upstream was with the newest entry.</summary>
    public UpstreamPosition Position()
    {
        lock (_lock)
        {
            return _position.Clone();
        }
    }

    /// <summary>Reads what there is, and takes what comes from then on.</summary>
    /// <param name="again">True when clients are here that have had something else; they are told.</param>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<StreamLook> JoinAsync(bool again)
    {
        await reads.WaitAsync().ConfigureAwait(false);
        try
        {
            var look = await StreamLook.AtAsync(store, keys).ConfigureAwait(false);
            var page = look.Top.Generation == 0 ? [] : await _pages.ReadAsync(new EntryId(look.Top.Generation, 0)).ConfigureAwait(false);
            Begin(look, page, again);
            while (LogPages.IsFull(page) && look.Top.IsAbove(Top))
            {
                page = await _pages.ReadAsync(new EntryId(look.Top.Generation, shared.Log.Next)).ConfigureAwait(false);
                lock (_lock)
                {
                    TakeHistory(page, look.Top);
                }
            }

            Settle(look);
            shared.Publish();
            return look;
        }
        finally
        {
            reads.Release();
        }
    }

    /// <summary>Takes entries, one after the other, that are in the store for certain. Those that are here are passed over.</summary>
    /// <param name="first">The id of the first one.</param>
    /// <param name="records">All of them.</param>
    /// <param name="since">When the first one was there to be appended; null for those that have not come by a message.</param>
    public void Take(EntryId first, IReadOnlyList<ReadOnlyMemory<byte>> records, DateTimeOffset? since = null)
    {
        var (appended, missing) = (0, false);
        lock (_lock)
        {
            var last = first with { Number = first.Number + records.Count - 1 };
            if (last.IsAbove(_announced))
            {
                _announced = last;
            }

            if (!_joined || first.Generation < _generation || records.Count == 0)
            {
                return;
            }

            if (first.Generation > _generation && first.Number == 1)
            {
                Switch(first.Generation, records[0].Span);
            }

            missing = first.Generation > _generation || first.Number > shared.Log.Next;
            for (var i = (int)Math.Max(0, shared.Log.Next - first.Number); i < records.Count && !missing; i++)
            {
                Apply(records[i], isLive: true);
                appended++;
            }
        }

        if (appended > 0)
        {
            metrics.Mirrored(appended, store.Time.GetUtcNow() - since);
            shared.Publish();
            shared.Feed.TryOpen();
        }

        _news.Tell();
        if (missing)
        {
            _ = FillAsync();
        }
    }

    /// <summary>Takes a frame of this gateway's own upstream while there is no store.</summary>
    public void TakeLocal(in LogFrame frame)
    {
        lock (_lock)
        {
            _log.Append(frame);
            Pass(frame);
        }
    }

    /// <summary>From now on entries are this gateway's alone.</summary>
    public void BeginLocal()
    {
        lock (_lock)
        {
            _joined = false;
            if (shared.Settings.Ids == EventIds.Gateway)
            {
                _log.Epoch = "l" + Convert.ToHexStringLower(BitConverter.GetBytes(Random.Shared.NextInt64()));
                shared.Log.Restart(_log.Epoch, 1, isBeginning: !shared.Log.HasFrames);
                shared.BeginEra();
            }
        }
    }

    /// <summary>What was taken alone goes on as a generation of the fleet's: this gateway begins it.</summary>
    public void EndLocal()
    {
        lock (_lock)
        {
            _joined = true;
        }
    }

    /// <summary>Reads what is missing, if anything is, to the end of what there is. Never fails: what could not be read is read the next time.</summary>
    public Task FillAsync()
    {
        lock (_lock)
        {
            return _fill.IsCompleted && _joined ? _fill = Task.Run(ReadMissingAsync) : _fill;
        }
    }

    /// <summary>An entry that is here, to be written again.</summary>
    public byte[] Copy(long number) => shared.Log.TryRead(number, out var copy)
        ? RecordWriter.Copy(copy, isId: shared.Settings.Ids == EventIds.Upstream) : RecordWriter.Of(RecordKind.Nothing);

    private void Begin(StreamLook look, List<(EntryId Id, ReadOnlyMemory<byte> Record)> page, bool again)
    {
        lock (_lock)
        {
            var first = page.Count > 0 ? page[0].Id : new EntryId(0, 1);
            if (again)
            {
                shared.TellOfMissed(resumedAt: null, GapReason.Epoch);
            }

            (_joined, _position) = (false, new UpstreamPosition(shared.Log));
            Restart(first, isBeginning: first.Number == 1 && !again);
            if (look.Snapshot.Length > 0 && look.SnapshotAt.Generation == first.Generation && look.SnapshotAt.Number < first.Number)
            {
                _log.Remember(look.SnapshotAt.Number, new StreamRecord(look.Snapshot).Frame());
            }

            TakeHistory(page, look.Top);
        }
    }

    private void Settle(StreamLook look)
    {
        bool missing;
        lock (_lock)
        {
            if (look.Head is { } head)
            {
                shared.Remember(head);
            }

            if (_generation != 0)
            {
                _position.Resume(_position.LastEventId is null ? look.LastId : []);
            }

            _joined = true;
            shared.BeginEra();
            missing = _announced.IsAbove(new EntryId(_generation, shared.Log.Next - 1));
        }

        if (missing)
        {
            _ = FillAsync();
        }
    }

    // Up to what the look was of: what follows is news.
    private void TakeHistory(List<(EntryId Id, ReadOnlyMemory<byte> Record)> page, EntryId top)
    {
        foreach (var (id, record) in page)
        {
            if (id.Generation != top.Generation || id.Number > top.Number)
            {
                return;
            }

            if (id.Number > shared.Log.Next)
            {
                // Written again by who had not kept all.
                Restart(id, isBeginning: false);
            }

            if (id.Number == shared.Log.Next)
            {
                Apply(record, isLive: false);
            }
        }
    }

    private void Restart(EntryId first, bool isBeginning)
    {
        _generation = first.Generation;
        _log.Epoch = first.Epoch;
        shared.Log.Restart(_log.Epoch, first.Number, isBeginning);
        shared.BeginEra();
    }

    private void Switch(long generation, ReadOnlySpan<byte> begun)
    {
        var record = new StreamRecord(begun);
        var before = record.Kind == RecordKind.Begun ? record.Begun() : default;
        var goesOn = _generation == 0 || (before.Generation == _generation && before.Number == shared.Log.Next - 1) || events.IsLeading;
        if (!goesOn)
        {
            shared.TellOfMissed(resumedAt: null, GapReason.Epoch);
        }

        Restart(new EntryId(generation, 1), isBeginning: _generation == 0 && !shared.Log.HasFrames);
    }

    private void Apply(ReadOnlyMemory<byte> bytes, bool isLive)
    {
        var record = new StreamRecord(bytes.Span);
        var news = isLive ? _news : null;
        switch (record.Kind)
        {
            case RecordKind.Frame or RecordKind.OwnFrame:
                Append(record.Frame());
                return;
            case RecordKind.Begun:
                if (record.Begun().Cursor is { Length: > 0 } cursor)
                {
                    shared.Log.BeginAfter(cursor);
                    _position.BeginAfter(cursor);
                }

                break;
            case RecordKind.Opened:
                _position.Resume([]);
                var head = record.Head();
                news?.Add(() => events.Opened(head));
                break;
            case RecordKind.Lost:
                news?.Add(events.Lost);
                break;
            case RecordKind.Ended:
                _position.Ended();
                var (due, ends) = record.Ended();
                news?.Add(() => events.Ended(due, ends));
                break;
            case RecordKind.GaveUp:
                news?.Add(events.GaveUp);
                break;
            case RecordKind.Unshared:
                var sign = record.Sign();
                news?.Add(() => events.Unshared(sign));
                break;
        }

        shared.Log.Pass();
    }

    private void Append(in LogFrame frame)
    {
        var number = shared.Log.Next;
        _log.Append(frame);
        Pass(frame);
        if (!events.IsLeading)
        {
            shared.Feed.Follow(frame, number);
        }
    }

    private void Pass(in LogFrame frame)
    {
        if (!frame.IsOwn)
        {
            _position.Pass(frame.HasId, frame.Bytes[frame.Id], frame.Content);
        }
    }

    private async Task ReadMissingAsync()
    {
        await reads.WaitAsync().ConfigureAwait(false);
        try
        {
            List<(EntryId Id, ReadOnlyMemory<byte> Record)> page;
            do
            {
                var top = Top;
                page = await _pages.ReadAsync(top.Generation == 0 ? default : top with { Number = top.Number + 1 }).ConfigureAwait(false);
                foreach (var (id, record) in page)
                {
                    SkipTo(id);
                    Take(id, [record]);
                }

                metrics.Filled(page.Count);
            }
            while (LogPages.IsFull(page));
        }
        catch (StoreAwayException)
        {
            // When it is back, all that is mirrored is compared.
        }
        finally
        {
            reads.Release();
        }
    }

    // What was between is not in the store any more: the clients here have missed it.
    private void SkipTo(EntryId id)
    {
        lock (_lock)
        {
            var isOther = id.Generation > _generation;
            if (!_joined || (isOther ? id.Number == 1 : id.Generation < _generation || id.Number <= shared.Log.Next))
            {
                return;
            }

            if (_generation != 0)
            {
                shared.TellOfMissed(resumedAt: null, isOther ? GapReason.Epoch : GapReason.Expired);
            }

            Restart(id, isBeginning: false);
        }
    }
}
