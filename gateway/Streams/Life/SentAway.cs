using SseGateway.Streams.Endings;
using SseGateway.Streams.Limits;

namespace SseGateway.Streams.Life;

/// <summary>
/// Where clients are that were told to stay away for long. An EventSource keeps the last <c>retry</c> for as long as its page lives (HTML Standard,
/// 9.2.3), so after one refusal it would wait as long at each later loss; its next stream tells it the usual time again.
/// </summary>
/// <remarks>
/// By address, in a table of times that forgets nobody too early: two addresses in one place, or two clients of one address, are both told the usual time,
/// which is what they have. 128 KiB.
/// </remarks>
internal sealed class SentAway
{
    private const int Places = 1 << 14;

    /// <summary>What a browser waits that was told nothing (Chromium).</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);

    // Whoever was told no more than this may keep it.
    private static readonly TimeSpan Long = RetryWait.Soon.Most;

    // A page that sleeps, or a connection that fails once more, takes its time.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    // From when and until when one of them may come back, in seconds of the registry's clock; in one write.
    private readonly long[] _places = new long[Places];

    /// <summary>A client is told to wait.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="wait">For how long.</param>
    /// <param name="now">The registry's clock.</param>
    public void Add(AddressKey address, TimeSpan wait, TimeSpan now)
    {
        if (wait <= Long)
        {
            return;
        }

        ref var place = ref Place(address);
        var (from, until) = (Seconds(now + wait) - 1, Seconds(now + (wait * 2) + Late));
        var (before, known) = Parts(Volatile.Read(ref place));
        if (known > Seconds(now))
        {
            (from, until) = (Math.Min(from, before), Math.Max(until, known));
        }

        Volatile.Write(ref place, ((long)from << 32) | (uint)until);
    }

    /// <summary>True when a client that comes from there now may be one that was.</summary>
    public bool Contains(AddressKey address, TimeSpan now)
    {
        var (from, until) = Parts(Volatile.Read(ref Place(address)));
        return Seconds(now) >= from && Seconds(now) <= until && until > 0;
    }

    private static int Seconds(TimeSpan time) => (int)Math.Clamp(time.TotalSeconds, 0, int.MaxValue);

    private static (int From, int Until) Parts(long place) => ((int)(place >> 32), (int)place);

    private ref long Place(AddressKey address) => ref _places[address.GetHashCode() & (Places - 1)];
}
