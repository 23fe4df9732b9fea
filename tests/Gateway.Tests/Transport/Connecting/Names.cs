using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SseGateway.Transport.Connecting;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>Names of the test's own, which may come to point elsewhere.</summary>
internal sealed class Names : INameResolver
{
    private readonly ConcurrentDictionary<string, IPAddress[]> _addresses = [];
    private int _asked;

    /// <summary>How often an address was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public IPAddress[] this[string name]
    {
        set => _addresses[name] = value;
    }

    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return _addresses.TryGetValue(name, out var addresses)
            ? Task.FromResult(addresses)
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
    }
}
