using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Streams.Budgets.Memory;

namespace SseGateway.Sharing.Log;

/// <summary>
/// The log of one shared stream, in memory: a chain of slabs bounded in bytes, and an entry for each frame that can still be replayed, bounded
/// in count and age.
/// </summary>
/// <remarks>
/// What is too old, or one too many, is not replayed any more, but stays for the cursors that are on their way to it; only the bound in bytes
/// takes memory away from them.
/// </remarks>
internal sealed partial class FrameLog : IFrameLog
{
    // Logs of quiet streams stay small: each slab is twice the one before, up to an eighth of the log.
    private const int FirstSlabBytes = 4096;
    private const int MaxSlabBytes = 64 * 1024;

    private readonly SharingSettings _settings;
    private readonly TimeProvider _time;
    private readonly MemoryBudget _memory;
    private readonly int _maxSlab;
    private readonly Lock _lock = new();

    // Guarded by _lock; readers of the slabs need no lock.
    private readonly EntryRing _entries;
    private readonly SlabPool _pool;
    private readonly NewestSnapshot _snapshot = new();
    private byte[]? _epoch;
    private byte[] _begunAfter = [];

    // The number of the very first frame; -1 when that was before this log.
    private long _beginning;
    private bool _hasFrames;
    private Slab _oldest;
    private Slab _head;
    private long _bytes;
    private long _counted;
    private bool _released;

    /// <param name="settings">The bounds.</param>
    /// <param name="time">By which frames age.</param>
    /// <param name="epoch">What the gateway's own ids begin with; null when the ids are the upstream's.</param>
    /// <param name="memory">What all logs have together; not given, this one has it for itself.</param>
    public FrameLog(SharingSettings settings, TimeProvider time, string? epoch = null, MemoryBudget? memory = null)
    {
        (_settings, _time, _memory) = (settings, time, memory ?? new MemoryBudget(long.MaxValue));
        _epoch = epoch is null ? null : Encoding.ASCII.GetBytes(epoch);
        _maxSlab = Math.Clamp(settings.LogBytes / 8, 512, MaxSlabBytes);
        _entries = new EntryRing(settings.LogCount);
        _pool = new SlabPool(settings.LogBytes);
        _oldest = _head = new Slab(SmallSlab);
        _bytes = _head.Capacity;
        Count();
    }

    public long Next => _entries.Next;

    public long First => _entries.First;

    public bool HasFrames => Volatile.Read(ref _hasFrames);

    public LogPlace Head
    {
        get
        {
            lock (_lock)
            {
                return new LogPlace(_entries.Next, At(_entries.Next));
            }
        }
    }

    public bool Crowded => _pool.Full || (_memory.Over && _pool.Bytes > 0);

    /// <summary>Bytes of memory it has, those that readers hold on to included.</summary>
    public long Retained => Volatile.Read(ref _counted);

    // The first of a log, and all of them where memory is short.
    private int SmallSlab => Math.Min(FirstSlabBytes, _maxSlab);

    /// <summary>Bytes of memory that cursors can read.</summary>
    internal long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Bytes of memory that the log has run over and that are kept for those who read them.</summary>
    internal long RetiredBytes => _pool.Bytes;

    /// <exception cref="ArgumentException">The record would take more than half of the log.</exception>
    public void Append(in LogFrame frame)
    {
        if (frame.Bytes.Length > (_settings.LogBytes / 2) - ChunkFraming.MaxOverhead)
        {
            throw new ArgumentException("The frame does not fit into the log.", nameof(frame));
        }

        lock (_lock)
        {
            var slab = _head;
            MakeRoom(frame.Bytes.Length + ChunkFraming.MaxOverhead, frame.IsForReturning);
            var mayGrow = !_entries.IsFull || _memory.HasRoom(_entries.Bytes);
            var grows = _head != slab || (_entries.IsFull && mayGrow);
            var offset = _head.Length;
            var free = _head.Free;
            var head = ChunkFraming.WriteHead(free, frame.Bytes.Length);
            frame.Bytes.CopyTo(free[head..]);
            "\r\n"u8.CopyTo(free[(head + frame.Bytes.Length)..]);
            var (start, length) = frame.Id.GetOffsetAndLength(frame.Bytes.Length);
            if (frame.IsSnapshot)
            {
                grows |= _snapshot.Set(_entries.Next, frame.Bytes);
            }

            var entry = new LogEntry
            {
                Slab = _head,
                Offset = offset,
                FramesBefore = _head.Frames,
                IdStart = offset + head + start,
                IdLength = length,
                IsEvent = frame.IsEvent,
                Marks = frame.Marks,
                UpstreamId = frame.UpstreamId,
                Content = frame.Content,
                At = _time.GetTimestamp(),
            };
            _entries.Add(entry, mayGrow);
            _hasFrames = true;
            _head.Publish(head + frame.Bytes.Length + 2, frame.IsNotice ? 0 : 1);
            if (grows)
            {
                Count();
            }
        }
    }

    public void Pass()
    {
        lock (_lock)
        {
            ForgetAged();
            var mayGrow = !_entries.IsFull || _memory.HasRoom(_entries.Bytes);
            var grows = _entries.IsFull && mayGrow;
            _entries.Add(
                new LogEntry { Slab = _head, Offset = _head.Length, FramesBefore = _head.Frames, Marks = LogMarks.Unseen, At = _time.GetTimestamp() }, mayGrow);
            if (grows)
            {
                Count();
            }
        }
    }

    public void AppendApart(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            var slab = _head;
            MakeRoom(frame.Length + ChunkFraming.MaxOverhead, alone: false);
            var free = _head.Free;
            var head = ChunkFraming.WriteHead(free, frame.Length);
            frame.CopyTo(free[head..]);
            "\r\n"u8.CopyTo(free[(head + frame.Length)..]);
            _head.Publish(head + frame.Length + 2, frames: 0);
            if (_head != slab)
            {
                Count();
            }
        }
    }

    public void Restart(string epoch, long next, bool isBeginning)
    {
        lock (_lock)
        {
            _entries.Restart(next);
            _snapshot.Forget();
            (_epoch, _begunAfter) = (_epoch is null ? null : Encoding.ASCII.GetBytes(epoch), []);
            _beginning = isBeginning ? next : -1;
        }
    }

    public void Remember(long number, ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            _hasFrames = true;
            if (_snapshot.Set(number, frame))
            {
                Count();
            }
        }
    }

    public bool TryRead(long number, out LogCopy frame)
    {
        lock (_lock)
        {
            frame = default;
            if (number < _entries.First || number >= _entries.Next || _entries[number].Marks.HasFlag(LogMarks.Unseen))
            {
                return false;
            }

            ref readonly var entry = ref _entries[number];
            var records = entry.Slab.Read(entry.Offset, entry.Slab.Length).Span;
            var left = records.Length;
            var bytes = ChunkFraming.Next(ref records).ToArray();
            var head = left - records.Length - ChunkFraming.TailBytes - bytes.Length;
            frame = new LogCopy(bytes, entry.IdStart - entry.Offset - head, entry.IdLength, entry.IsEvent, entry.IsOwn, entry.Marks);
            return true;
        }
    }

    /// <summary>
    /// Lets the oldest frames go, down to so many bytes. The newest snapshot stays, and so do the last two slabs, in which the clients stand that have
    /// read everything: where they are too large small ones follow them, and they go when the clients have gone on.
    /// </summary>
    public void Shrink(long bytes)
    {
        lock (_lock)
        {
            _snapshot.Trim();
            while (_bytes + _entries.Bytes + _snapshot.Bytes > bytes && _oldest != _head && _oldest.Next != _head)
            {
                RunOverOldest();
            }

            if (_bytes + _snapshot.Bytes > bytes && Math.Max(_oldest.Capacity, _head.Capacity) > SmallSlab)
            {
                Follow(new Slab(SmallSlab));
            }

            _pool.Trim();
            _entries.Trim();
            Count();
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _released = true;
            Count();
        }
    }

    private void ForgetAged()
    {
        if (_settings.LogAge > TimeSpan.Zero)
        {
            while (_entries.First < _entries.Next && _time.GetElapsedTime(_entries[_entries.First].At) > _settings.LogAge)
            {
                _entries.RemoveFirst();
            }
        }
    }

    // What is for some of the clients alone has a slab of its own, into which nothing else fits.
    private void MakeRoom(int record, bool alone)
    {
        ForgetAged();
        if (_head.Capacity - _head.Length >= record && !alone)
        {
            return;
        }

        var capacity = alone ? record : Math.Max(record, Math.Clamp(_head.Capacity * 2, SmallSlab, _maxSlab));
        long most = _settings.LogBytes;
        if (!_memory.HasRoom(capacity))
        {
            // As much as it has, in small pieces, so that what goes is little more than what comes.
            capacity = alone ? record : Math.Max(record, SmallSlab);
            most = Math.Min(most, _bytes);
        }

        while (_bytes + capacity > most && _oldest != _head)
        {
            RunOverOldest();
        }

        Follow(alone ? new Slab(capacity) { IsForReturning = true } : _pool.Take(capacity));
        while (_bytes > _settings.LogBytes && _oldest != _head)
        {
            RunOverOldest();
        }
    }

    private void Follow(Slab slab)
    {
        _bytes += slab.Capacity;
        slab.Place = _head.Place + 1;
        _head.Next = slab;
        _head = slab;
    }

    private void Count()
    {
        var bytes = _released ? 0 : _bytes + _pool.Bytes + _entries.Bytes + _snapshot.Bytes;
        _memory.AddRetained(bytes - _counted);
        Volatile.Write(ref _counted, bytes);
    }

    private void RunOverOldest()
    {
        var slab = _oldest;
        while (_entries.First < _entries.Next && _entries[_entries.First].Slab == slab)
        {
            _entries.RemoveFirst();
        }

        _oldest = slab.Next!;
        _bytes -= slab.Capacity;
        slab.Retire();
        _pool.Add(slab);
    }
}
