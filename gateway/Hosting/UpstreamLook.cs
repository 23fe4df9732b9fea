using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Syntax;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Transport.Connecting;
using SseGateway.Transport.Http;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace SseGateway.Hosting;

/// <summary>
/// Looks once, when the gateway listens, whether its services can be connected to, and names those that cannot: else it is the first client who finds an
/// address that is wrong, or a certificate that nobody trusts. A connection and a TLS handshake, no request. Nothing waits for it.
/// </summary>
internal sealed partial class UpstreamLook(
    IProxyStateLookup proxy, CurrentSettings settings, AddressRace addresses, TimeProvider time, ILogger<UpstreamLook> logger)
{
    // Of thousands of services those that are told are enough, and a start must not knock at all of them.
    private const int Most = 64;
    private const int AtOnce = 8;

    /// <summary>Never fails.</summary>
    /// <param name="stopping">The gateway goes down.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        var all = proxy.GetClusters()
            .SelectMany(cluster => cluster.Destinations.Select(
                one => (Cluster: cluster.Model.Config, Id: one.Key, Url: new Uri(one.Value.Model.Config.Address))))
            .Where(one => one.Cluster.HttpClient?.WebProxy is null)
            .DistinctBy(one => one.Url.GetLeftPart(UriPartial.Authority), StringComparer.OrdinalIgnoreCase)
            .Take(Most);
        try
        {
            await Parallel.ForEachAsync(
                all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping },
                async (one, cancellation) =>
                {
                    if (await ProblemAsync(one.Cluster, one.Url, cancellation) is { } problem)
                    {
                        LogUnreachable(logger, one.Id, one.Cluster.ClusterId, problem);
                    }
                });
        }
        catch (OperationCanceledException)
        {
            // Who ends it does not want to know.
        }
    }

    private async Task<string?> ProblemAsync(ClusterConfig cluster, Uri url, CancellationToken stopping)
    {
        var patience = settings.Value.Defaults.Timeouts.Connect;
        using var late = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        var where = UpstreamAddress.SocketOf(url.Host) ?? url.Authority;
        var step = "connection";
        try
        {
            var socket = await addresses.ConnectAsync(new DnsEndPoint(url.IdnHost, url.Port), both.Token);
            await using var connection = new NetworkStream(socket, ownsSocket: true);
            step = "TLS handshake";
            return url.Scheme == Uri.UriSchemeHttps && IsAskedByItsName(cluster) ? await TlsProblemAsync(cluster, url, connection, both.Token) : null;
        }
        catch (NoFileLeftException)
        {
            // No service is to blame, and it has its own warning.
            return null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"No {step} within {patience.TotalSeconds:0.#} s ({where})";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Which the system tells by words that are about networks.
            return UpstreamAddress.SocketOf(url.Host) is { } path && !File.Exists(path) ? $"No such socket ({where})" : $"{LogText.Reason(failure)} ({where})";
        }
    }

    private async Task<string?> TlsProblemAsync(ClusterConfig cluster, Uri url, NetworkStream connection, CancellationToken cancellation)
    {
        await using var tls = new SslStream(connection);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = url.IdnHost,
            EnabledSslProtocols = cluster.HttpClient?.SslProtocols ?? SslProtocols.None,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        UpstreamCertificate.Check(options, settings.Value.UpstreamAuthorities);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellation);
            return null;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            var reason = LogText.Reason(failure);
            return reason.StartsWith(UpstreamCertificate.Subject, StringComparison.Ordinal)
                ? reason
                : $"No TLS with {url.Authority}, perhaps it is http://: {reason}";
        }
    }

    // Under which name a service is asked that a route or a transform gives another one, only a request knows; and a certificate that is not looked at has
    // no problem.
    private bool IsAskedByItsName(ClusterConfig cluster) =>
        cluster.HttpClient?.DangerousAcceptAnyServerCertificate is not true
        && proxy.GetRoutes().Select(route => route.Config).Where(route => route.ClusterId == cluster.ClusterId)
            .All(route => route.Transforms is not { Count: > 0 } && !settings.Value.ForRoute(route.RouteId).PreserveHost);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning,
        Message = "Destination {Destination} of cluster {Cluster} cannot be reached at the start: {Reason}")]
    private static partial void LogUnreachable(ILogger logger, string destination, string cluster, string reason);
}
