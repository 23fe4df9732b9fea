using System.Net;

namespace SseGateway.Harness.Client;

/// <summary>Where the target is reached.</summary>
/// <param name="Url">Scheme, host, port and a path that is put before every other, without a slash at its end.</param>
/// <param name="EndPoint">The address that the host's name stands for.</param>
internal sealed record TargetAddress(Uri Url, IPEndPoint EndPoint)
{
    /// <summary>What is put before each path; empty mostly.</summary>
    public string PathBase => Url.AbsolutePath.TrimEnd('/');

    /// <summary>True for a server of its own: what is asked of it is its URL, not a run's path behind it.</summary>
    public bool IsServer { get; init; }

    /// <summary>The value of the Host field.</summary>
    public string Authority => Url.Authority;

    public bool IsTls => Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>The path and query of a request: the URL's own path in front, and its own query before the other.</summary>
    /// <param name="path">What is added; empty, or beginning with a slash or a question mark.</param>
    public string RequestTarget(string path)
    {
        var target = (path.StartsWith('/') ? PathBase : Url.AbsolutePath) + path;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return Url.Query.Length == 0 ? target : query < 0 ? target + Url.Query : $"{target[..query]}{Url.Query}&{target[(query + 1)..]}";
    }

    /// <exception cref="System.Net.Sockets.SocketException">The host has no address.</exception>
    public static async Task<TargetAddress> ResolveAsync(Uri url, CancellationToken cancellation)
    {
        var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var literal) ? literal : (await Dns.GetHostAddressesAsync(url.Host, cancellation))[0];
        return new TargetAddress(url, new IPEndPoint(address, url.Port));
    }
}
