namespace SseGateway.Streams.Deadlines;

/// <summary>
/// The beat of an upstream that pings: when it misses some, it hangs, which nothing else shows as long as its connection stands.
/// </summary>
/// <remarks>
/// Learned with care, since a stream that is only quiet must not be cut: what counts are pieces of whole comment lines and nothing else, one after
/// the other, at the same distance. Events say nothing of when the next is due. One thread notes and any may ask.
/// </remarks>
internal sealed class Rhythm
{
    // Five comments.
    private const int EnoughGaps = 4;

    // How much longer the longest gap may be than the shortest: what a busy machine makes of a timer.
    private const double Unevenness = 1.25;

    // Comments that come faster are no pings: somebody traces something.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    // A service that is paused for a moment (a collection, a debugger, a machine that is moved) is none that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private TimeSpan _last;
    private TimeSpan _least;
    private TimeSpan _most;
    private int _gaps;
    private bool _afterBeat;

    // One write, for those who ask meanwhile.
    private long _beat;

    /// <summary>The time from one ping to the next; zero while there is no telling.</summary>
    public TimeSpan Beat => TimeSpan.FromTicks(Volatile.Read(ref _beat));

    /// <summary>How long the upstream may be silent.</summary>
    /// <param name="missed">Beats that it may not miss; zero for no limit.</param>
    /// <returns>Half a beat more, and 10 s at least; the longest time while there is no rhythm.</returns>
    public TimeSpan Limit(int missed)
    {
        var limit = Beat * (missed + 0.5);
        return missed == 0 || limit == TimeSpan.Zero ? TimeSpan.MaxValue : limit > Patience ? limit : Patience;
    }

    /// <summary>Takes note of the bytes of one read.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="now">When.</param>
    public void Note(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!AreComments(bytes))
        {
            // Pings may count from the last event, or not.
            _afterBeat = false;
            return;
        }

        if (_afterBeat)
        {
            Learn(now - _last);
        }

        (_last, _afterBeat) = (now, true);
    }

    private void Learn(TimeSpan gap)
    {
        (_least, _most) = _gaps == 0 ? (gap, gap) : (gap < _least ? gap : _least, gap > _most ? gap : _most);
        _gaps = _least >= Shortest && _most <= _least * Unevenness ? Math.Min(_gaps + 1, EnoughGaps) : 0;
        Volatile.Write(ref _beat, _gaps == EnoughGaps ? _most.Ticks : 0);
    }

    private static bool AreComments(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] is not ((byte)'\r' or (byte)'\n'))
        {
            return false;
        }

        var any = false;
        while (!bytes.IsEmpty)
        {
            if (bytes[0] is (byte)'\r' or (byte)'\n')
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes[0] != ':')
            {
                return false;
            }

            any = true;
            bytes = bytes[bytes.IndexOfAny((byte)'\r', (byte)'\n')..];
        }

        return any;
    }
}
