using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;

namespace SseGateway.Fleet.Mirrors;

/// <summary>A stream's log as the store has it, read page by page.</summary>
internal sealed class LogPages(FleetStore store, StreamKeys keys)
{
    private const int Length = 256;
    private const string Field = "f";

    /// <summary>The entries from an id on, as many as are read at once.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<List<(EntryId Id, ReadOnlyMemory<byte> Record)>> ReadAsync(EntryId from)
    {
        var entries = await store.RunAsync(database => database.StreamRangeAsync(keys.Log, from.ToString(), "+", Length)).ConfigureAwait(false);
        return [.. entries.Select(entry => (EntryId.Parse(entry.Id), (ReadOnlyMemory<byte>)entry[Field]))];
    }

    /// <summary>False when nothing follows.</summary>
    public static bool IsFull(List<(EntryId Id, ReadOnlyMemory<byte> Record)> page) => page.Count == Length;
}
