using System.Collections.Frozen;
using System.Net;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Configuration.Settings.Tls;

namespace SseGateway.Configuration.Settings;

/// <summary>Everything under <c>SseGateway</c>, checked and immutable.</summary>
internal sealed record GatewaySettings
{
    public const string Section = "SseGateway";

    /// <summary>Where the gateway listens when neither <c>--urls</c> nor <c>ASPNETCORE_URLS</c> says otherwise.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>Live streams of the whole process; 0 is no limit.</summary>
    public int MaxStreams { get; init; }

    /// <summary>Shared streams of the whole process, each with an upstream connection and a log; 0 is no limit.</summary>
    public int MaxSharedStreams { get; init; } = 1000;

    /// <summary>Memory for all that waits for clients and all that shared streams retain, in bytes; 0 is a quarter of what the process may have.</summary>
    public long MaxBufferBytes { get; init; }

    /// <summary>Over what time the streams of GETs are ended when the gateway goes down, so that their clients do not all come back at once.</summary>
    public TimeSpan DrainWindow { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long what cannot be asked for again may take to finish when the gateway goes down. An answer of a model takes minutes, and one that is
    /// cut is paid for twice.
    /// </summary>
    public TimeSpan FinishWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the program opens streams of its own before it listens, so that the first clients find its code compiled.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>The port to which what comes without TLS is sent; 0 is nowhere.</summary>
    public int RedirectToHttps { get; init; }

    /// <summary>By which upstreams with TLS are known.</summary>
    public AuthoritySettings UpstreamAuthorities { get; init; } = new();

    public AdminSettings Admin { get; init; } = new();

    /// <summary>A line for each request and stream, for programs.</summary>
    public AccessLogSettings AccessLog { get; init; } = new();

    /// <summary>How long tickets last, and how many there may be.</summary>
    public TicketSettings Tickets { get; init; } = new();

    /// <summary>The store that several gateways have in common, and how this one behaves there.</summary>
    public FleetSettings Fleet { get; init; } = new();

    /// <summary>Peers whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>What holds for routes that say nothing else, and for requests that match no route.</summary>
    public RouteSettings Defaults { get; init; } = new();

    /// <summary>The routes that override something, by YARP route id (case-insensitive, as YARP's).</summary>
    public FrozenDictionary<string, RouteSettings> Routes { get; init; } = FrozenDictionary<string, RouteSettings>.Empty;

    /// <summary>What was gathered from all routes, so that nobody has to look through thousands of them again.</summary>
    public AllRoutes All { get; init; } = new();

    /// <summary>The settings of a route; an id without overrides, and null, give <see cref="Defaults"/>.</summary>
    public RouteSettings ForRoute(string? routeId) => routeId is not null && Routes.TryGetValue(routeId, out var route) ? route : Defaults;

    /// <summary>Reads and checks the sections <c>SseGateway</c>, <c>ReverseProxy</c> (route ids only) and <c>urls</c>.</summary>
    /// <param name="configuration">The root.</param>
    /// <param name="errors">Receives every error; the settings given back are of no use when there are any.</param>
    /// <param name="requireRoutes">False when the host application gives YARP its routes by other means than the section <c>ReverseProxy</c>.</param>
    public static GatewaySettings Load(IConfiguration configuration, StartupErrors errors, bool requireRoutes = true) =>
        GatewaySettingsReader.Read(configuration, errors, requireRoutes);
}
