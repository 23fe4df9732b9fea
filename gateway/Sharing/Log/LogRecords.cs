using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <summary>Records that lie one after the other, leased: they stay as they are until <see cref="GiveBack"/>.</summary>
/// <remarks>The default value is no records, of which nothing need be given back.</remarks>
internal readonly struct LogRecords(Slab? slab, int generation, int start, int end, int frames)
{
    public ReadOnlyMemory<byte> Bytes => slab is null ? default : slab.Read(start, end);

    public int Length => end - start;

    /// <summary>The upstream's frames among them.</summary>
    public int Frames => frames;

    /// <summary>True when the log has run over them meanwhile; only the lease keeps them.</summary>
    public bool RunOver => slab is not null && slab.Generation != generation;

    /// <summary>Keeps them for longer than the lease under which they were read. Before that is given back, or taken by another cursor.</summary>
    public void Keep() => slab?.LeaseAgain();

    /// <summary>Once, when nobody reads the bytes any more.</summary>
    public void GiveBack() => slab?.GiveBack();
}
