using System.Collections.Frozen;
using System.Net;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Configuration.Settings.Tls;
using SseGateway.Configuration.Syntax;
using SseGateway.Configuration.Tree;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads and checks <see cref="GatewaySettings"/>.</summary>
internal static class GatewaySettingsReader
{
    public static GatewaySettings Read(IConfiguration configuration, StartupErrors errors, bool requireRoutes)
    {
        configuration = configuration as SettingNode ?? SettingTree.Read(configuration);
        var root = new SettingReader(configuration.GetSection(GatewaySettings.Section), errors);
        var limits = root.Section("Limits");
        var maxStreams = limits.Count("Streams", 0);
        var maxShared = limits.Count("SharedStreams", new GatewaySettings().MaxSharedStreams);
        var maxBufferBytes = limits.Bytes("BufferBytes", 0);
        var proxies = ReadNetworks(limits, "TrustedProxies");

        // The process-wide limits stand in the same section as the defaults of routes, which therefore is opened only once.
        var defaults = RouteSettings.Read(root, new RouteSettings(), limits);
        var routes = new Dictionary<string, RouteSettings>(StringComparer.OrdinalIgnoreCase);
        var known = configuration.GetSection("ReverseProxy:Routes").GetChildren().Select(route => route.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, section) in root.Sections("Routes", namesAreRouteIds: true))
        {
            if (requireRoutes && !known.Contains(id))
            {
                root.Error($"Routes:{id}", NearestName.Suggest(id, known) is { } nearest
                    ? $"there is no such route in ReverseProxy:Routes; did you mean {nearest}?"
                    : "there is no such route in ReverseProxy:Routes");
            }

            routes[id] = RouteSettings.Read(section, defaults);
        }

        var drainWindow = root.Duration("DrainWindow", new GatewaySettings().DrainWindow);
        var finishWindow = root.Duration("FinishWindow", new GatewaySettings().FinishWindow);
        var warmUp = root.Flag("WarmUp", new GatewaySettings().WarmUp);
        var redirect = ReadPort(root, "RedirectToHttps");
        var authorities = AuthoritySettings.Read(root, "UpstreamCaFile");
        var admin = AdminSettings.Read(root.Section("Admin"));
        var accessLog = AccessLogSettings.Read(root.Section("AccessLog"));
        var tickets = TicketSettings.Read(root.Section("Tickets"));
        var fleet = FleetSettings.Read(root.Section("Fleet"));
        root.Done();
        if (requireRoutes && known.Count == 0)
        {
            errors.Add("ReverseProxy:Routes", "there is nothing to forward to; give --upstream URL or a configuration file with routes");
        }

        UrlsCheck.Check(configuration, errors);
        LogLevelCheck.Check(configuration, errors);
        CheckUnusedCredentials(root, defaults, routes.Values);
        return new GatewaySettings
        {
            MaxStreams = maxStreams,
            MaxSharedStreams = maxShared,
            MaxBufferBytes = maxBufferBytes,
            TrustedProxies = proxies,
            DrainWindow = drainWindow,
            FinishWindow = finishWindow,
            WarmUp = warmUp,
            RedirectToHttps = redirect,
            UpstreamAuthorities = authorities,
            Admin = requireRoutes ? admin.OfProgram() : admin,
            AccessLog = accessLog,
            Tickets = tickets,
            Fleet = fleet,
            Defaults = defaults,
            Routes = routes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            All = AllRoutes.Of([defaults, .. routes.Values]),
        };
    }

    private static int ReadPort(SettingReader section, string key)
    {
        var port = section.Count(key, 0);
        if (port > IPEndPoint.MaxPort)
        {
            section.Error(key, $"must be a port, 443 mostly, or 0 for none, got \"{port}\"");
        }

        return port;
    }

    private static List<IPNetwork> ReadNetworks(SettingReader section, string key)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in section.List(key, []))
        {
            if (NetworkSyntax.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                section.Error(key, $"must be addresses or networks such as 10.0.0.0/8 or ::1, got \"{text}\"");
            }
        }

        return networks;
    }

    private static void CheckUnusedCredentials(SettingReader root, RouteSettings defaults, IEnumerable<RouteSettings> routes)
    {
        var jwt = defaults.Authentication.Jwt;
        if ((jwt.Issuer.Length > 0 || jwt.Audience.Length > 0 || jwt.Algorithms.Count > 0) && !jwt.Configured
            && !routes.Any(route => route.Authentication.Jwt.Configured))
        {
            // Whoever wrote this believes that tokens are checked.
            root.Error("Authentication:Jwt", "says what tokens must be like, but not with which key to check them; "
                + "set KeyFile (--jwt-key-file), Authority (--jwt-authority) or JwksFile (--jwt-jwks-file)");
        }

        // Keys without a route that asks for them are most likely a forgotten Mode, and that leaves everything open.
        var given = defaults.Authentication.Jwt.Configured || defaults.Authentication.ApiKeys.Configured;
        var mode = root.Section("Authentication");
        if (given && !mode.Has("Mode") && !defaults.Authentication.Required && !routes.Any(route => route.Authentication.Required))
        {
            root.Error("Authentication:Mode", "must be set to Required, or to None on purpose: keys are set, but no route asks for a credential");
        }
    }
}
