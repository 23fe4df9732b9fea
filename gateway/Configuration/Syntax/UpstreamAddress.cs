using System.Text;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Syntax;

/// <summary>Where a service is, as settings say it.</summary>
/// <param name="Url">What the HTTP handler is given: a URL whose scheme is http or https.</param>
/// <param name="IsHttp2">True for <c>h2c://</c>: HTTP/2 without TLS, from the first byte on (RFC 9113 section 3.3).</param>
/// <param name="IsSocket">True for a Unix socket; the host of the URL then stands for its path.</param>
internal readonly record struct UpstreamAddress(string Url, bool IsHttp2, bool IsSocket)
{
    /// <summary>What an address may be, for messages.</summary>
    public const string Forms = "must be http://host:port, https://host:port, h2c://host:port or unix:/path/to/socket";

    private const string Http2Scheme = "h2c://";
    private const string HttpScheme = "http://";
    private const string Socket = "unix:";

    // No name of DNS (RFC 6761 section 6.4).
    private const string SocketHost = ".unix.invalid";

    // A name of DNS has parts of 63 letters at most.
    private const int Part = 60;

    // sockaddr_un has 108, with a zero at the end.
    private const int LongestPath = 107;

    /// <param name="text">The setting.</param>
    /// <param name="address">What it means.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, out UpstreamAddress address, out string problem)
    {
        if (TryRead(text, out address, out problem))
        {
            return true;
        }

        problem = $"{problem}, got \"{text}\"";
        return false;
    }

    private static bool TryRead(string text, out UpstreamAddress address, out string problem)
    {
        (address, problem) = (default, "");
        var isHttp2 = text.StartsWith(Http2Scheme, StringComparison.OrdinalIgnoreCase);
        var rest = isHttp2 ? text[Http2Scheme.Length..]
            : text.StartsWith(HttpScheme, StringComparison.OrdinalIgnoreCase) ? text[HttpScheme.Length..]
            : text;
        if (rest.StartsWith(Socket, StringComparison.OrdinalIgnoreCase) && IsSocketPath(rest[Socket.Length..]))
        {
            return TryParseSocket(rest[Socket.Length..], isHttp2, out address, out problem);
        }

        if (text.StartsWith("https://unix:/", StringComparison.OrdinalIgnoreCase))
        {
            problem = "must be unix:/path/to/socket; TLS on a socket is not supported";
            return false;
        }

        var url = isHttp2 ? HttpScheme + rest : text;
        if (HttpSyntax.IsHttpAddress(url))
        {
            address = new UpstreamAddress(url, isHttp2, IsSocket: false);
            return true;
        }

        problem = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https" } or { Query.Length: > 0 }
            ? "must have a host, and no query, fragment or password"
            : !text.Contains("://", StringComparison.Ordinal) && HttpSyntax.IsHttpAddress(HttpScheme + text) ? $"must have a scheme (http://{text}?)"
            : Forms;
        return false;
    }

    /// <summary>The path of the socket that a host stands for; null for any other host.</summary>
    public static string? SocketOf(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.EndsWith(SocketHost, StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(Convert.FromHexString(host[..^SocketHost.Length].Replace(".", "", StringComparison.Ordinal)))
            : null;
    }

    // A host may be called unix, and then has a port.
    private static bool IsSocketPath(string path) => path.Length == 0 || !char.IsAsciiDigit(path[0]);

    private static bool TryParseSocket(string path, bool isHttp2, out UpstreamAddress address, out string problem)
    {
        (address, problem) = (default, "");
        if (!path.StartsWith('/') || path.EndsWith('/'))
        {
            problem = path.StartsWith('/')
                ? "must name the socket and not its folder: unix:/path/to/socket"
                : "must have the whole path of the socket, from the root: unix:/path/to/socket";
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length > LongestPath)
        {
            problem = $"has a path of {bytes.Length} bytes, and a socket's may have {LongestPath}";
            return false;
        }

        var parts = Convert.ToHexStringLower(bytes).Chunk(Part).Select(part => new string(part));
        address = new UpstreamAddress(HttpScheme + string.Join('.', parts) + SocketHost, isHttp2, IsSocket: true);
        return true;
    }
}
