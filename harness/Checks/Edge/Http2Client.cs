using System.Net;
using System.Net.Sockets;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>HTTP/2 in cleartext by prior knowledge, for what does not need its bytes looked at.</summary>
internal static class Http2Client
{
    /// <param name="url">The target's.</param>
    /// <param name="from">The client address that all of its connections have.</param>
    public static HttpClient Create(Uri url, out IPAddress from)
    {
        var address = from = EdgeRequests.NewAddress();
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(address, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = url,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>A GET for an event stream, with the field lines of the profile.</summary>
    public static HttpRequestMessage Request(string path, TargetProfile profile)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        foreach (var field in profile.Fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(field[..colon], field[(colon + 1)..].Trim());
        }

        return request;
    }
}
