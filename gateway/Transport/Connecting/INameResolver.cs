using System.Net;

namespace SseGateway.Transport.Connecting;

/// <summary>Asks for the addresses of an upstream's name.</summary>
internal interface INameResolver
{
    /// <returns>In the order in which they are to be tried.</returns>
    Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken);
}
