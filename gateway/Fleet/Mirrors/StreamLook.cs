using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing.Upstream;
using StackExchange.Redis;

namespace SseGateway.Fleet.Mirrors;

/// <summary>What there was of a stream in the store at one moment.</summary>
/// <param name="Top">The newest entry; nothing without one.</param>
/// <param name="Owner">Who has the lease; empty for nobody.</param>
/// <param name="Refusal">What the upstream has said a moment ago instead of a stream; null for nothing.</param>
/// <param name="Head">Of the upstream's newest answer; null for none.</param>
/// <param name="State">The newest entry that is no frame; empty for none.</param>
/// <param name="LastId">The upstream's last id; empty for none.</param>
/// <param name="Snapshot">The newest entry with a snapshot; empty for none.</param>
/// <param name="SnapshotAt">Its id.</param>
internal sealed record StreamLook(
    EntryId Top, string Owner, Refusal? Refusal, UpstreamHead? Head, byte[] State, byte[] LastId, byte[] Snapshot, EntryId SnapshotAt)
{
    private static readonly StoreScript Script = StoreScript.Read("look");

    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public static async Task<StreamLook> AtAsync(FleetStore store, StreamKeys keys)
    {
        var answer = (RedisResult[])(await store.EvaluateAsync(Script, [keys.Own, keys.Log, keys.Meta, keys.Answer], []).ConfigureAwait(false))!;
        var meta = (RedisResult[])answer[3]!;
        var (refusal, head) = ((byte[])answer[2]!, Bytes(meta[0]));
        return new StreamLook(
            EntryId.Parse((string?)answer[0]), (string)answer[1]!, refusal.Length > 0 ? Refusal.Parse(refusal) : null,
            head.Length > 0 ? new StreamRecord(head).Head() : null, Bytes(meta[1]), Bytes(meta[2]), Bytes(meta[3]),
            EntryId.Parse((string?)meta[4]));
    }

    private static byte[] Bytes(RedisResult field) => (byte[]?)field ?? [];
}
