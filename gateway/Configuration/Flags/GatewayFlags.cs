using System.Globalization;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Configuration.Settings.Sharing;

namespace SseGateway.Configuration.Flags;

/// <summary>Every command line flag, in the order of <c>--help</c>.</summary>
internal static class GatewayFlags
{
    public const string Upstream = "--upstream";
    public const string Config = "--config";
    public const string Urls = "--urls";

    private static readonly RouteSettings Defaults = new();
    private static readonly JwtSettings Jwt = new();
    private static readonly SharingSettings Sharing = new();

    public static IReadOnlyList<Flag> Create() =>
    [
        Flag.List(Upstream, null, "URL", "Event-stream service to put the gateway in front of; repeat it to balance over several"),
        Flag.Value(Urls, "urls", "URLS", "Addresses to listen on, separated by semicolons", GatewaySettings.DefaultUrls),
        Flag.Value("--redirect-to-https", "SseGateway:RedirectToHttps", "PORT",
            "What comes without TLS is sent to this port, 443 mostly, with it; 0 for nowhere", "0"),
        Flag.Value(
            "--upstream-ca", "SseGateway:UpstreamCaFile", "FILE", "Certificates (PEM) of the authorities by which services with TLS are known", "the system's"),
        Flag.Value(Config, null, "FILE", "JSON file with the sections ReverseProxy and SseGateway"),

        Flag.List(
            "--cors-origin", "SseGateway:Cors:Origins", "ORIGIN", "Origin whose pages may use the gateway, or *; repeatable", "none, CORS is the upstream's"),
        Flag.List("--cors-methods", "SseGateway:Cors:Methods", "METHOD", "Methods that preflights allow; repeatable, or with commas between",
            string.Join(", ", Defaults.Cors.Methods)),
        Flag.Switch("--cors-credentials", "SseGateway:Cors:AllowCredentials", "Let those pages send cookies"),

        Flag.Value("--jwt-key-file", "SseGateway:Authentication:Jwt:KeyFile", "FILE", "Require a JWT signed with the secret in this file", "no authentication"),
        Flag.Value("--jwt-authority", "SseGateway:Authentication:Jwt:Authority", "URL", "Require a JWT signed by this OpenID provider", "no authentication"),
        Flag.Value("--jwt-jwks-file", "SseGateway:Authentication:Jwt:JwksFile", "FILE", "Require a JWT signed with a key of this JSON Web Key Set",
            "no authentication"),
        Flag.Value("--jwt-issuer", "SseGateway:Authentication:Jwt:Issuer", "ISSUER", "The issuer tokens must have", "the authority's"),
        Flag.Value("--jwt-audience", "SseGateway:Authentication:Jwt:Audience", "AUDIENCE", "The audience tokens must have"),
        Flag.Value("--jwt-subject-claim", "SseGateway:Authentication:Jwt:SubjectClaim", "CLAIM", "The claim that says who a token is for",
            "sub, which must be a text"),
        Flag.List("--jwt-algorithm", "SseGateway:Authentication:Jwt:Algorithms", "ALG", "Accepted signature algorithm; repeatable",
            "HS256 with a key file, else RS256 and ES256"),
        Flag.Value("--jwt-clock-skew", "SseGateway:Authentication:Jwt:ClockSkew", "TIME", "How far clocks may differ", Show(Jwt.ClockSkew)),
        Flag.Value("--token-cookie", "SseGateway:Authentication:Carriers:Cookie", "NAME", "Take the token from this cookie too", "off"),
        Flag.Value("--token-query", "SseGateway:Authentication:Carriers:Query", "NAME", "Take the token from this query parameter too", "off"),
        Flag.Value("--ticket-query", "SseGateway:Authentication:Carriers:Ticket", "NAME", "Take a ticket of POST /_gateway/tickets from this query parameter",
            new CarrierSettings().Ticket),
        Flag.Value(
            "--ticket-first-use", "SseGateway:Tickets:FirstUse", "TIME", "How long a ticket waits for its first use", Show(new TicketSettings().FirstUse)),
        Flag.Value("--ticket-lease", "SseGateway:Tickets:Lease", "TIME",
            "How long a ticket got with an API key may come again; with a token it is until the token ends", Show(new TicketSettings().Lease)),
        Flag.Switch("--forward-credential", "SseGateway:Authentication:ForwardCredential", "Let the upstream see the client's credential"),

        Flag.Value("--max-streams", "SseGateway:Limits:Streams", "N", "Live streams at most, 0 for no limit", "0"),
        Flag.Value("--max-streams-per-route", "SseGateway:Limits:StreamsPerRoute", "N", "The same for each route", "0"),
        Flag.Value("--max-streams-per-address", "SseGateway:Limits:StreamsPerAddress", "N", "The same for each client address (IPv6: /64)", "0"),
        Flag.Value("--max-streams-per-subject", "SseGateway:Limits:StreamsPerSubject", "N", "The same for each authenticated subject", "0"),
        Flag.Value("--on-subject-limit", "SseGateway:Limits:OnSubjectLimit", "ACTION",
            "What a subject's next stream does: Refuse (is refused, unless one for the same URL can go) or EvictOldest (ends the oldest)",
            Defaults.Limits.OnSubjectLimit.ToString()),
        Flag.Value("--connects-per-second", "SseGateway:Limits:ConnectsPerSecond", "N", "Streams opened a second on each route, 0 for no limit", "0"),
        Flag.Value("--connect-burst", "SseGateway:Limits:ConnectBurst", "N", "Streams that may be opened at once after a calm, 0 for one second's worth", "0"),
        Flag.Value("--retry-after", "SseGateway:Limits:RetryAfter", "TIME", "The least a refused client is told to wait", Show(Defaults.Limits.RetryAfter)),
        Flag.List("--max-mcp-calls", "SseGateway:Limits:McpCalls", "METHOD=N", "MCP requests of a method under way at once on each route; repeatable", "none"),
        Flag.List("--trusted-proxy", "SseGateway:Limits:TrustedProxies", "CIDR", "Proxy whose X-Forwarded-For is believed; repeatable", "none"),
        Flag.Value("--refusal", "SseGateway:Refusal", "MODE", "How streams are refused: Auto, Status or InBand", Defaults.Refusal.ToString()),
        Flag.Value("--streams", "SseGateway:Streams", "MODE",
            "Which requests take a place before the service is asked: Auto (those likely to get a stream), Always (all) or Announced (by Accept)",
            Defaults.Streams.ToString()),
        Flag.Value("--dialect", "SseGateway:Dialect", "NAME",
            $"What the readers of streams speak: {string.Join(", ", Enum.GetNames<Dialect>())}", Defaults.Dialect.ToString()),
        Flag.Value("--open-after", "SseGateway:OpenAfter", "TIME",
            "A client that waits for a stream gets its head after this much silence of the service, whose status is hidden then; 0 for never", "0"),
        Flag.Value("--upstream-errors-in-band", "SseGateway:UpstreamErrorsInBand", "BOOL",
            "Tell an EventSource of the service's own 502, 503 and 504 in-band, so that it comes back", "true"),

        Flag.Switch("--preserve-host", "SseGateway:PreserveHost", "Ask the service under the name that the client has asked for, instead of its own"),
        Flag.List("--cursor-name", "SseGateway:CursorNames", "NAME", "Query parameter in which a page may say its last event id; repeatable",
            Defaults.CursorNames.ToString()),
        Flag.Switch("--ask-for-identity", "SseGateway:AskForIdentity",
            "Ask the upstream for uncompressed answers always, not only where Accept names event streams"),
        Flag.List("--allow-in-path", "SseGateway:AllowInPath", "SPELLING",
            "Forward paths with EncodedSlash, EmptySegment or DoubleEncoding instead of refusing them; repeatable", "none"),

        Flag.Value("--connect-timeout", "SseGateway:Timeouts:Connect", "TIME", "Until the connection to the upstream stands", Show(Defaults.Timeouts.Connect)),
        Flag.Value("--connection-lifetime", "SseGateway:Timeouts:ConnectionLifetime", "TIME",
            "How long a connection to the upstream is given new requests, until its name is asked for again; 0 for no limit", Show(
            Defaults.Timeouts.ConnectionLifetime)),
        Flag.Value("--head-timeout", "SseGateway:Timeouts:Head", "TIME", "Until the upstream's answer begins",
            "10m for streams and for all but GET and HEAD, 60s for others"),
        Flag.Value("--idle-timeout", "SseGateway:Timeouts:Idle", "TIME", "Silence of the upstream in a stream, 0 for no limit", "0"),
        Flag.Value("--missed-beats", "SseGateway:Timeouts:MissedBeats", "N",
            "Pings in a row that an upstream which sends comments at a steady pace may not miss, 0 for no limit", "3 for shared streams, 0 for others"),

        Flag.Value("--write-timeout", "SseGateway:Timeouts:Write", "TIME", "A client that reads nothing for this long is cut off, 0 for no limit",
            Show(Defaults.Timeouts.Write)),
        Flag.Value("--unacknowledged-timeout", "SseGateway:Timeouts:Unacknowledged", "TIME",
            "A client that acknowledges nothing for this long, as in a network that carries nothing, is given up", Show(Defaults.Timeouts.Unacknowledged)),
        Flag.Value("--max-lifetime", "SseGateway:Timeouts:Lifetime", "TIME", "A stream's life at most, less up to a fifth at random; 0 for no limit", "0"),
        Flag.Value("--expiry-notice", "SseGateway:Timeouts:ExpiryNotice", "TIME", "How long before its token ends a client gets gateway.expiring, 0 for never",
            Show(Defaults.Timeouts.ExpiryNotice)),
        Flag.Value("--heartbeat", "SseGateway:Heartbeat", "TIME", "A comment is sent after this long without bytes, 0 for none", Show(Defaults.Heartbeat)),
        Flag.Value("--drain-window", "SseGateway:DrainWindow", "TIME", "Streams of GETs are ended over this time when the gateway goes down",
            Show(new GatewaySettings().DrainWindow)),
        Flag.Value("--finish-window", "SseGateway:FinishWindow", "TIME", "How long other answers (POST) may then take to finish",
            Show(new GatewaySettings().FinishWindow)),

        Flag.Value(
            "--warm-up", "SseGateway:WarmUp", "BOOL", "Open streams of its own for 2 s before it listens, so that clients find its code compiled", "true"),

        Flag.Switch("--share", "SseGateway:Sharing:Enabled", "Clients of the same URL share one upstream stream, which is replayed to those that come back"),
        Flag.List(
            "--share-by", "SseGateway:Sharing:ShareBy", "WHAT", "Part the clients of a URL by subject, header:NAME or claim:NAME; repeatable", "the URL alone"),
        Flag.List(
            "--share-ignore-query", "SseGateway:Sharing:IgnoreQuery", "NAME", "Query parameter that parts nobody and is not forwarded; repeatable", "none"),
        Flag.Value("--share-ids", "SseGateway:Sharing:Ids", "WHOSE", "Event ids that clients see: Upstream or Gateway", Sharing.Ids.ToString()),
        Flag.Value("--share-join", "SseGateway:Sharing:Join", "WHERE",
            "Where a client without a cursor begins: live, last:N or all, which is the default with --share-snapshot", Sharing.Join.ToString()),
        Flag.Value("--share-snapshot", "SseGateway:Sharing:Snapshot", "TYPE",
            "Type of the event in which the upstream says all there is to know; its newest comes first for each client", "none"),
        Flag.Value("--share-log-bytes", "SseGateway:Sharing:LogBytes", "N", "Bytes that each shared stream retains", Show(Sharing.LogBytes)),
        Flag.Value("--share-log-count", "SseGateway:Sharing:LogCount", "N", "Frames that each shared stream retains", Show(Sharing.LogCount)),
        Flag.Value("--share-log-age", "SseGateway:Sharing:LogAge", "TIME", "How long a frame can be replayed, 0 for as long as it fits", "0"),
        Flag.Value(
            "--share-linger", "SseGateway:Sharing:Linger", "TIME", "How long upstream and log are kept when the last client has left", Show(Sharing.Linger)),
        Flag.Value("--share-on-gap", "SseGateway:Sharing:OnGap", "ACTION", "What follows the notice when a cursor is not in the log: Oldest, Live or Close",
            Sharing.OnGap.ToString()),
        Flag.Value("--share-on-slow", "SseGateway:Sharing:OnSlow", "ACTION", "What happens to a client that the log has run over: Close or Skip",
            Sharing.OnSlow.ToString()),
        Flag.Value("--share-give-up-after", "SseGateway:Sharing:GiveUpAfter", "TIME", "How long clients are kept while the upstream cannot be reached",
            Show(Sharing.GiveUpAfter)),
        Flag.Value("--max-shared-streams", "SseGateway:Limits:SharedStreams", "N", "Shared streams at most, 0 for no limit",
            Show(new GatewaySettings().MaxSharedStreams)),

        Flag.Value("--max-buffer-bytes", "SseGateway:Limits:BufferBytes", "N",
            "Memory for all that waits for clients and all that shared streams retain, 0 for a quarter of what the process may have", "0"),

        Flag.Value("--redis", "SseGateway:Fleet:Redis", "CONNECTION", "Redis or Valkey by which several gateways behave as one: HOST:PORT, or more of "
            + "StackExchange.Redis' options after commas", "none, alone"),

        Flag.Value("--access-log", "SseGateway:AccessLog:Format", "FORMAT",
            "A line for each request and stream that is over, for programs: Json, Combined or Off", nameof(AccessLogFormat.Off)),
        Flag.Value("--access-log-file", "SseGateway:AccessLog:File", "FILE", "Where to; SIGUSR1 opens it again", "the standard output"),

        Flag.Value("--admin-url", "SseGateway:Admin:Url", "URL", "Address for health, metrics, the list of streams, revoke and drain; or off",
            AdminSettings.DefaultUrl),
        Flag.List("--admin-host", "SseGateway:Admin:Hosts", "NAME", "Name by which it may be asked, beside addresses and localhost; repeatable", "none"),
        Flag.Value(
            "--admin-token-file", "SseGateway:Admin:TokenFile", "FILE", "File with the token that everything on it but health is asked for with", "none"),
        Flag.Switch("--admin-open", "SseGateway:Admin:Open", "Let it listen for other machines without a token"),

        Flag.Value("--environment", "environment", "NAME", "Name of the environment; picks appsettings.NAME.json", "Production"),
    ];

    /// <summary>The flag of a setting; null when it has none.</summary>
    public static string? Named(string path) =>
        Create().FirstOrDefault(flag => string.Equals(flag.Path, path, StringComparison.OrdinalIgnoreCase))?.Option.Name;

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Show(TimeSpan time) =>
        time >= TimeSpan.FromHours(1) && time.Ticks % TimeSpan.TicksPerHour == 0 ? $"{time.TotalHours:0}h" : $"{time.TotalSeconds:0.###}s";
}
