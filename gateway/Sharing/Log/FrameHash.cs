using System.IO.Hashing;

namespace SseGateway.Sharing.Log;

/// <summary>
/// Numbers that stand for ids and for whole frames. Seeded by chance, so that nobody can choose ids that fall into one place of the index.
/// </summary>
internal static class FrameHash
{
    private static readonly long Seed = Random.Shared.NextInt64();

    /// <summary>Never zero, which means no id.</summary>
    public static ulong OfId(ReadOnlySpan<byte> id) => id.IsEmpty ? 0 : XxHash3.HashToUInt64(id, Seed) | 1;

    /// <summary>The line ends at the end do not count: how many have arrived depends on where the network cut.</summary>
    public static ulong OfContent(ReadOnlySpan<byte> frame) => XxHash3.HashToUInt64(frame.TrimEnd("\r\n"u8), Seed);
}
