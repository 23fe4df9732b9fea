using System.Collections.Concurrent;
using System.Net;

namespace SseGateway.Transport.Connecting;

/// <summary>Addresses that could not be connected to, or not as fast as another of the same name: for a while they come last.</summary>
internal sealed class LaggingAddresses(TimeProvider time)
{
    // Long enough that a host that is down costs next to nothing, short enough that one that is back is soon used again.
    private static readonly TimeSpan While = TimeSpan.FromSeconds(30);

    // Of all upstreams; what is above it is forgotten, which costs one head start each.
    private const int Most = 256;

    private readonly ConcurrentDictionary<IPEndPoint, long> _since = [];

    public void Note(IPEndPoint address)
    {
        if (_since.Count >= Most)
        {
            _since.Clear();
        }

        _since[address] = time.GetTimestamp();
    }

    public void Forget(IPEndPoint address) => _since.TryRemove(address, out _);

    /// <summary>The addresses as they are to be tried: those that lag last, and of the others one of each family in turn (RFC 8305 section 4).</summary>
    public IPEndPoint[] Order(IEnumerable<IPAddress> addresses, int port)
    {
        var now = time.GetTimestamp();
        var all = addresses.Distinct().Select(address => new IPEndPoint(address, port)).ToArray();
        var first = all.FirstOrDefault()?.AddressFamily;
        return
        [
            .. all.GroupBy(address => address.AddressFamily)
                .SelectMany(family => family.Select((address, place) => (Address: address, Place: place)))
                .OrderBy(one => _since.TryGetValue(one.Address, out var since) && time.GetElapsedTime(since, now) < While)
                .ThenBy(one => one.Place)
                .ThenBy(one => one.Address.AddressFamily != first)
                .Select(one => one.Address),
        ];
    }
}
