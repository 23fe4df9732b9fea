using System.Net;

namespace SseGateway.Transport.Connecting;

/// <summary>The system's resolver, each time anew: what it remembers is its own affair.</summary>
internal sealed class SystemNameResolver : INameResolver
{
    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(name, cancellationToken);
}
