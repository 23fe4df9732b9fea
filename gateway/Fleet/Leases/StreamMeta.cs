using SseGateway.Fleet.Records;
using StackExchange.Redis;

namespace SseGateway.Fleet.Leases;

/// <summary>
/// What is to be known of a stream beside its entries, by whoever comes to it: fields of <see cref="Store.StreamKeys.Meta"/> that go with a batch.
/// </summary>
/// <param name="owner">Who has the lease.</param>
/// <param name="lastId">The upstream's last id before that; empty for none.</param>
internal sealed class StreamMeta(string owner, byte[] lastId)
{
    private byte[] _state = [];
    private byte[] _lastId = lastId;

    /// <summary>The entry with the head of the upstream's newest answer; empty for none. Set before the entry is appended.</summary>
    public byte[] Head { get; set; } = [];

    /// <summary>True when the store has lost it: all of it goes with each batch until one is there for certain.</summary>
    public bool IsGone { get; set; }

    /// <summary>What is new with a batch, with the values, one after the other.</summary>
    public List<RedisValue> Of(PendingBatch batch, ReadOnlyMemory<byte>[] records)
    {
        var meta = new List<RedisValue>();
        if (batch.State >= 0)
        {
            _state = records[batch.State].ToArray();
            meta.Add("state");
            meta.Add(_state);
            if (_state[0] == (byte)RecordKind.Opened || IsGone)
            {
                meta.Add("head");
                meta.Add(Head);
            }
        }
        else if (IsGone)
        {
            meta.AddRange(["state", _state, "head", Head]);
        }

        var lastId = batch.LastId;
        if (lastId is not null || IsGone)
        {
            _lastId = lastId ?? _lastId;
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

        if (IsGone)
        {
            meta.Add("by");
            meta.Add(owner);
        }

        return meta;
    }
}
