using System.Text;
using SseGateway.Configuration;

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
    private readonly byte[]? _epoch;
    private readonly int _maxSlab;
    private readonly Lock _lock = new();

    // Guarded by _lock; readers of the slabs need no lock.
    private readonly EntryRing _entries;
    private readonly SlabPool _pool;
    private readonly NewestSnapshot _snapshot = new();
    private byte[] _begunAfter = [];
    private Slab _oldest;
    private Slab _head;
    private long _bytes;

    /// <param name="settings">The bounds.</param>
    /// <param name="time">By which frames age.</param>
    /// <param name="epoch">What the gateway's own ids begin with; null when the ids are the upstream's.</param>
    public FrameLog(SharingSettings settings, TimeProvider time, string? epoch = null)
    {
        (_settings, _time) = (settings, time);
        _epoch = epoch is null ? null : Encoding.ASCII.GetBytes(epoch);
        _maxSlab = Math.Clamp(settings.LogBytes / 8, 512, MaxSlabBytes);
        _entries = new EntryRing(settings.LogCount);
        _pool = new SlabPool(settings.LogBytes);
        _oldest = _head = new Slab(Math.Min(FirstSlabBytes, _maxSlab));
        _bytes = _head.Capacity;
    }

    public long Next => _entries.Next;

    public bool Crowded => _pool.Full;

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
            MakeRoom(frame.Bytes.Length + ChunkFraming.MaxOverhead);
            var offset = _head.Length;
            var free = _head.Free;
            var head = ChunkFraming.WriteHead(free, frame.Bytes.Length);
            frame.Bytes.CopyTo(free[head..]);
            "\r\n"u8.CopyTo(free[(head + frame.Bytes.Length)..]);
            var (start, length) = frame.Id.GetOffsetAndLength(frame.Bytes.Length);
            if (frame.IsSnapshot)
            {
                _snapshot.Set(_entries.Next, frame.Bytes);
            }

            _entries.Add(new LogEntry
            {
                Slab = _head,
                Offset = offset,
                FramesBefore = _head.Frames,
                IdStart = offset + head + start,
                IdLength = length,
                IsEvent = frame.IsEvent,
                UpstreamId = frame.UpstreamId,
                Content = frame.Content,
                At = _time.GetTimestamp(),
            });
            _head.Publish(head + frame.Bytes.Length + 2, frame.IsNotice ? 0 : 1);
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

    private void MakeRoom(int record)
    {
        ForgetAged();
        if (_head.Capacity - _head.Length >= record)
        {
            return;
        }

        var capacity = Math.Max(record, Math.Min(_head.Capacity * 2, _maxSlab));
        while (_bytes + capacity > _settings.LogBytes && _oldest != _head)
        {
            RunOverOldest();
        }

        var slab = _pool.Take(capacity);
        _bytes += slab.Capacity;
        _head.Next = slab;
        _head = slab;
        while (_bytes > _settings.LogBytes && _oldest != _head)
        {
            RunOverOldest();
        }
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
