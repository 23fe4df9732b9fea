using System.Net;
using SseGateway.Configuration.Syntax;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Transport.Connecting;

/// <summary>Gives YARP addresses that it knows for those that it does not: <c>h2c://</c>, and Unix sockets.</summary>
internal sealed class UpstreamAddresses : IProxyConfigFilter
{
    // What nginx sends to a socket too: it has no name of its own.
    private const string SocketHost = "localhost";

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.Destinations is not { } all || !all.Values.Any(destination => IsOurs(destination.Address) || IsOurs(destination.Health)))
        {
            return new(cluster);
        }

        var speaksHttp2 = all.Values.Any(destination => UpstreamAddress.TryParse(destination.Address, out var address, out _) && address.IsHttp2);
        return new(cluster with
        {
            Destinations = all.ToDictionary(pair => pair.Key, pair => Known(pair.Value), StringComparer.OrdinalIgnoreCase),
            HttpRequest = !speaksHttp2 ? cluster.HttpRequest
                : (cluster.HttpRequest ?? new ForwarderRequestConfig()) with
                {
                    Version = HttpVersion.Version20,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);

    private static bool IsOurs(string? text) => text is not null && UpstreamAddress.TryParse(text, out var address, out _) && address.Url != text;

    private static DestinationConfig Known(DestinationConfig destination) => destination with
    {
        Address = Known(destination.Address, out var isSocket)!,
        Health = Known(destination.Health, out _),
        Host = isSocket && string.IsNullOrEmpty(destination.Host) ? SocketHost : destination.Host,
    };

    private static string? Known(string? text, out bool isSocket)
    {
        isSocket = false;
        if (text is null || !UpstreamAddress.TryParse(text, out var address, out _))
        {
            return text;
        }

        isSocket = address.IsSocket;
        return address.Url;
    }
}
