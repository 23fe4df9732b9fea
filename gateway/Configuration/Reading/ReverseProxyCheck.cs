using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Syntax;
using Yarp.ReverseProxy.Configuration;

namespace SseGateway.Configuration.Reading;

/// <summary>
/// Checks YARP's own section at start. YARP would throw on the first request or in the middle of starting, with its errors nested in
/// exceptions and without the settings' names; this puts them in the same list as all others.
/// </summary>
internal static class ReverseProxyCheck
{
    private const string Section = "ReverseProxy";

    /// <param name="services">The built host's services.</param>
    /// <param name="errors">Receives one line for each error.</param>
    /// <param name="own">Where the gateway listens; null when that is not known.</param>
    /// <param name="hosted">True in an application, which may have the middlewares that policies of routes need.</param>
    public static Task CheckAsync(IServiceProvider services, StartupErrors errors, OwnAddresses? own = null, bool hosted = false)
    {
        ArgumentNullException.ThrowIfNull(services);
        return CheckAsync(services.GetRequiredService<IConfigValidator>(), services.GetServices<IProxyConfigProvider>(), errors, own, hosted);
    }

    /// <param name="validator">YARP's.</param>
    /// <param name="providers">Where the routes and clusters come from.</param>
    /// <param name="errors">Receives one line for each error.</param>
    /// <param name="own">Where the gateway listens; null when that is not known.</param>
    /// <param name="hosted">True in an application, which may have the middlewares that policies of routes need.</param>
    public static async Task CheckAsync(
        IConfigValidator validator, IEnumerable<IProxyConfigProvider> providers, StartupErrors errors, OwnAddresses? own = null, bool hosted = false)
    {
        foreach (var provider in providers)
        {
            IProxyConfig config;
            try
            {
                config = provider.GetConfig();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // YARP converts values with Parse methods and throws what these throw.
                errors.Add(Section, $"cannot be read: {error.Message}");
                continue;
            }

            var clusters = config.Clusters.Select(cluster => cluster.ClusterId).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var route in config.Routes)
            {
                await CheckRouteAsync(validator, clusters, route, errors);
                if (!hosted)
                {
                    CheckPolicies(route, errors);
                }
            }

            foreach (var cluster in config.Clusters)
            {
                await CheckClusterAsync(validator, cluster, errors, own);
            }
        }
    }

    private static async Task CheckRouteAsync(IConfigValidator validator, HashSet<string> clusters, RouteConfig route, StartupErrors errors)
    {
        var path = $"{Section}:Routes:{route.RouteId}";
        foreach (var error in await validator.ValidateRouteAsync(route))
        {
            errors.Add(path, error.Message);
        }

        if (string.IsNullOrEmpty(route.ClusterId))
        {
            errors.Add($"{path}:ClusterId", "must be set");
        }
        else if (!clusters.Contains(route.ClusterId))
        {
            // YARP answers 503 to every request of such a route.
            errors.Add($"{path}:ClusterId", NearestName.Suggest(route.ClusterId, clusters) is { } nearest
                ? $"there is no cluster \"{route.ClusterId}\"; did you mean {nearest}?"
                : $"there is no cluster \"{route.ClusterId}\"");
        }
    }

    // These need middlewares of ASP.NET Core that the gateway does not have: YARP's route would answer 500, or ignore the setting.
    private static void CheckPolicies(RouteConfig route, StartupErrors errors)
    {
        foreach (var (name, value, instead) in new[]
        {
            (nameof(route.CorsPolicy), route.CorsPolicy, "SseGateway:Cors"),
            (nameof(route.AuthorizationPolicy), route.AuthorizationPolicy, "SseGateway:Authentication"),
            (nameof(route.RateLimiterPolicy), route.RateLimiterPolicy, "SseGateway:Limits"),
            (nameof(route.OutputCachePolicy), route.OutputCachePolicy, null),
            (nameof(route.TimeoutPolicy), route.TimeoutPolicy, "SseGateway:Timeouts"),
            (nameof(route.Timeout), route.Timeout?.ToString(), "SseGateway:Timeouts"),
        })
        {
            if (!string.IsNullOrEmpty(value))
            {
                errors.Add($"{Section}:Routes:{route.RouteId}:{name}", instead is null ? "is not supported"
                    : $"is not supported; use {instead} (or {instead.Replace(":", $":Routes:{route.RouteId}:", StringComparison.Ordinal)})");
            }
        }
    }

    private static async Task CheckClusterAsync(IConfigValidator validator, ClusterConfig cluster, StartupErrors errors, OwnAddresses? own)
    {
        var path = $"{Section}:Clusters:{cluster.ClusterId}";
        foreach (var error in await validator.ValidateClusterAsync(cluster))
        {
            errors.Add(path, error.Message);
        }

        if (cluster.Destinations is not { Count: > 0 } destinations)
        {
            errors.Add($"{path}:Destinations", "there are none");
            return;
        }

        foreach (var (id, destination) in destinations)
        {
            CheckAddress($"{path}:Destinations:{id}:Address", destination.Address, own, errors);
            CheckAddress($"{path}:Destinations:{id}:Health", destination.Health, own: null, errors);
        }

        // The version of HTTP is the cluster's.
        var versions = destinations.Values
            .Where(destination => UpstreamAddress.TryParse(destination.Address ?? "", out _, out _))
            .GroupBy(destination => UpstreamAddress.TryParse(destination.Address, out var address, out _) && address.IsHttp2);
        if (versions.Count() > 1)
        {
            errors.Add($"{path}:Destinations", "must be all of h2c:// or none: a cluster is spoken to in one version of HTTP");
        }
    }

    private static void CheckAddress(string path, string? text, OwnAddresses? own, StartupErrors errors)
    {
        if (!string.IsNullOrEmpty(text) && !UpstreamAddress.TryParse(text, out _, out var problem))
        {
            errors.Add(path, problem);
        }
        else if (own?.Contain(text ?? "") == true)
        {
            errors.Add(path, $"is the gateway's own address, got \"{text}\"");
        }
    }
}
