using System.Net;

namespace SseGateway.Harness.Client;

/// <summary>Where the target is reached.</summary>
/// <param name="Url">Scheme, host, port and a path that is put before every other, without a slash at its end.</param>
/// <param name="EndPoint">The address that the host's name stands for.</param>
internal sealed record TargetAddress(Uri Url, IPEndPoint EndPoint)
{
    /// <summary>What is put before each path; empty mostly.</summary>
    public string PathBase => Url.AbsolutePath.TrimEnd('/');

    /// <summary>The value of the Host field.</summary>
    public string Authority => Url.Authority;

    public bool IsTls => Url.Scheme == Uri.UriSchemeHttps;

    /// <exception cref="System.Net.Sockets.SocketException">The host has no address.</exception>
    public static async Task<TargetAddress> ResolveAsync(Uri url, CancellationToken cancellation)
    {
        var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var literal) ? literal : (await Dns.GetHostAddressesAsync(url.Host, cancellation))[0];
        return new TargetAddress(url, new IPEndPoint(address, url.Port));
    }
}
