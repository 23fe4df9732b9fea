using SseGateway.Protocol;

namespace SseGateway.Relay;

/// <summary>
/// Drops the byte order mark that would begin a stream, once something was put in before it: it would not be the stream's first bytes any
/// more, and make the first line an unknown field (HTML Standard, 9.2.5: one leading mark).
/// </summary>
internal struct ByteOrderMark
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private byte _matched;

    /// <summary>True while the stream's first bytes are still to come, after an insertion.</summary>
    public bool Awaited { get; private set; }

    public void Await() => Awaited = true;

    /// <summary>Takes the mark, or what there is of it, from the next bytes of the stream.</summary>
    /// <param name="chunk">The next bytes; comes back without the mark's.</param>
    /// <param name="boundary">Told of the mark when it is complete: a second one is text.</param>
    /// <returns>Bytes that looked like the beginning of a mark, were held back, and have to be written before the chunk.</returns>
    public ReadOnlyMemory<byte> Drop(ref ReadOnlyMemory<byte> chunk, ref FrameBoundary boundary)
    {
        while (!chunk.IsEmpty && chunk.Span[0] == Mark[_matched])
        {
            chunk = chunk[1..];
            if (++_matched == Mark.Length)
            {
                Awaited = false;
                boundary.Advance(Mark);
                return default;
            }
        }

        if (chunk.IsEmpty)
        {
            return default;
        }

        Awaited = false;
        return Mark.AsMemory(0, _matched);
    }
}
