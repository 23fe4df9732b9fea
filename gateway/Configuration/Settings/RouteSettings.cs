using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Configuration.Settings.Cors;
using SseGateway.Configuration.Settings.Keeping;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings;

/// <summary>What holds on one route: the defaults with the route's own values laid over them, field by field.</summary>
internal sealed record RouteSettings
{
    /// <summary>The longest that a frame may wait for others.</summary>
    public static readonly TimeSpan LongestCoalesce = TimeSpan.FromMilliseconds(50);

    public CorsSettings Cors { get; init; } = new();

    public AuthenticationSettings Authentication { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    public RefusalMode Refusal { get; init; }

    /// <summary>Which requests take a stream's place before the service is asked.</summary>
    public StreamExpectation Streams { get; init; }

    /// <summary>
    /// True to tell an EventSource of the upstream's own 502, 503 and 504 as of a refusal, in-band: any status but 200 would be its end, and these
    /// are over soon.
    /// </summary>
    public bool UpstreamErrorsInBand { get; init; } = true;

    /// <summary>
    /// True to ask the upstream for uncompressed answers to every request, and not only to those that announce a stream: a page that reads a stream by
    /// <c>fetch</c> mostly does not, and a compressor would hold its events.
    /// </summary>
    public bool AskForIdentity { get; init; }

    /// <summary>Spellings of paths that are forwarded although not everybody reads them alike.</summary>
    public PathSpelling AllowInPath { get; init; }

    /// <summary>Query parameters in which a page may say the last event id it has.</summary>
    public QueryNames CursorNames { get; init; } = QueryCursor.DefaultNames;

    public TimeoutSettings Timeouts { get; init; } = new();

    /// <summary>A comment is sent after this long without bytes, to keep what is in between from cutting the stream; zero is never.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    public SharingSettings Sharing { get; init; } = new();

    public KeepSettings Keep { get; init; } = new();

    /// <summary>What is published within so long of a shared stream or a kept answer leaves together; zero is each frame as it comes.</summary>
    public TimeSpan Coalesce { get; init; }

    /// <summary>False keeps the gateway's own events (<c>gateway.expiring</c>) out of streams.</summary>
    public bool Notices { get; init; } = true;

    /// <param name="section">Where they stand.</param>
    /// <param name="fallback">What holds where the section says nothing.</param>
    /// <param name="limitsOfAll">The section of limits, when these are the settings that hold for all routes; null for those of one.</param>
    public static RouteSettings Read(SettingReader section, RouteSettings fallback, SettingReader? limitsOfAll = null)
    {
        var sharing = section.Section("Sharing");
        var settings = new RouteSettings
        {
            Cors = CorsSettings.Read(section.Section("Cors"), fallback.Cors),
            Authentication = AuthenticationSettings.Read(section.Section("Authentication"), fallback.Authentication),
            Limits = LimitSettings.Read(limitsOfAll ?? section.Section("Limits"), fallback.Limits),
            Refusal = section.Choice("Refusal", fallback.Refusal),
            Streams = section.Choice("Streams", fallback.Streams),
            UpstreamErrorsInBand = section.Flag("UpstreamErrorsInBand", fallback.UpstreamErrorsInBand),
            AskForIdentity = section.Flag("AskForIdentity", fallback.AskForIdentity),
            AllowInPath = AllowedSpellings.Read(section, "AllowInPath", fallback.AllowInPath),
            CursorNames = QueryNamesReader.Read(section, "CursorNames", fallback.CursorNames),
            Timeouts = TimeoutSettings.Read(section.Section("Timeouts"), fallback.Timeouts, ofRoute: limitsOfAll is null),
            Heartbeat = ReadHeartbeat(section, fallback),
            Notices = section.Flag("Notices", fallback.Notices),
            Sharing = SharingSettings.Read(sharing, fallback.Sharing),
            Keep = KeepSettings.Read(section.Section("Keep"), fallback.Keep),
            Coalesce = ReadCoalesce(section, fallback),
        };
        settings.Sharing.Check(sharing, settings.Authentication);
        settings = settings.Keep.Enabled ? settings with { Cors = settings.Cors.Exposing(KeepSettings.IdField) } : settings;

        // Whoever lists headers of the upstream's does not mean to hide what only the gateway knows.
        return settings.Sharing.Enabled ? settings with { Cors = settings.Cors.Exposing("Sse-Resume") } : settings;
    }

    // Longer, and somebody sees it.
    private static TimeSpan ReadCoalesce(SettingReader section, RouteSettings fallback)
    {
        var coalesce = section.Duration("Coalesce", fallback.Coalesce);
        if (coalesce > LongestCoalesce)
        {
            section.Error("Coalesce", $"must be 0 to {LongestCoalesce.TotalMilliseconds}ms");
        }

        return coalesce;
    }

    /// <summary>The sweep that sends heartbeats comes once a second.</summary>
    private static TimeSpan ReadHeartbeat(SettingReader section, RouteSettings fallback)
    {
        var heartbeat = section.Duration("Heartbeat", fallback.Heartbeat);
        if (heartbeat > TimeSpan.Zero && heartbeat < TimeSpan.FromSeconds(1))
        {
            section.Error("Heartbeat", "must be 0 or at least a second");
        }

        return heartbeat;
    }
}
