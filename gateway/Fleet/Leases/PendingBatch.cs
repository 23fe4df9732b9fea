using System.Buffers;
using SseGateway.Fleet.Records;

namespace SseGateway.Fleet.Leases;

/// <summary>Entries that go to the store at once. Used again when they have.</summary>
internal sealed class PendingBatch
{
    private const int MostRecords = 128;
    private const int MostBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _ends = [];
    private readonly ArrayBufferWriter<byte> _lastId = new();
    private bool _hasLastId;

    /// <summary>The id of the first one.</summary>
    public EntryId First { get; set; }

    /// <summary>When the first one came.</summary>
    public DateTimeOffset Since { get; set; }

    public int Count => _ends.Count;

    public int Bytes => _bytes.WrittenCount;

    /// <summary>True when nothing more is to be put into it: it is on its way, or as large as one may be.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The upstream's last id in it, which may be empty; null when there is none.</summary>
    public byte[]? LastId => _hasLastId ? _lastId.WrittenSpan.ToArray() : null;

    /// <summary>The place of the newest entry with a snapshot in it; -1 for none.</summary>
    public int Snapshot { get; set; } = -1;

    /// <summary>The place of the newest entry that is no frame; -1 for none.</summary>
    public int State { get; set; } = -1;

    /// <summary>Where the next entry is written; <see cref="Added"/> says that it was.</summary>
    public IBufferWriter<byte> Writer => _bytes;

    /// <summary>An entry in it has an id of the upstream's. Copied into memory that is used again: each event may have one.</summary>
    public void NoteId(ReadOnlySpan<byte> id)
    {
        _lastId.ResetWrittenCount();
        _lastId.Write(id);
        _hasLastId = true;
    }

    public void Added()
    {
        _ends.Add(_bytes.WrittenCount);
        IsClosed |= Count == MostRecords || Bytes >= MostBytes;
    }

    /// <summary>The entries; of no use once something more is written.</summary>
    public ReadOnlyMemory<byte>[] Records()
    {
        var records = new ReadOnlyMemory<byte>[Count];
        var start = 0;
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = _bytes.WrittenMemory[start.._ends[i]];
            start = _ends[i];
        }

        return records;
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _ends.Clear();
        (IsClosed, _hasLastId, Snapshot, State) = (false, false, -1, -1);
    }
}
