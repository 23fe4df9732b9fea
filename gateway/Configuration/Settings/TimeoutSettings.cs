using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings;

/// <summary>How long the gateway waits: for the upstream, for the client, and for the end of a stream.</summary>
internal sealed record TimeoutSettings
{
    // Models think before their first token. No limit for that, but for a service that will not answer any more.
    private static readonly TimeSpan HeadOfLongAnswer = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan HeadOfOther = TimeSpan.FromMinutes(1);

    private const int BeatsOfShared = 3;

    // One alone may only be late.
    private const int LeastBeats = 2;

    // Looked at once a second, and HTTP/2's ping of Kestrel takes no less than one.
    private static readonly TimeSpan LeastUnacknowledged = TimeSpan.FromSeconds(2);

    /// <summary>Until the connection stands.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until the answer's head is here, counted from the request; null where nobody has said (<see cref="HeadFor"/>).</summary>
    public TimeSpan? Head { get; init; }

    /// <summary>
    /// How long a connection to an upstream is given new requests: then its name is asked for again, which may point elsewhere by now. Zero is no limit.
    /// </summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two pieces of an event stream; zero is no limit, since a silent stream is an ordinary one.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>
    /// Pings in a row that an upstream with a rhythm may not miss; zero is no limit. Null where nobody has said (<see cref="BeatsFor"/>).
    /// </summary>
    public int? MissedBeats { get; init; }

    /// <summary>
    /// How long a write to the client may wait for the client to read. A limit of its own, because Kestrel's MinResponseDataRate lets a
    /// client that has read fast for a while stall for as long as it has been ahead. Zero is no limit.
    /// </summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long bytes may be on their way to a client without a sign of it. Longer than <see cref="Write"/>: a client in a tunnel comes out of it, one
    /// that does not read most likely never will.
    /// </summary>
    public TimeSpan Unacknowledged { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a stream may live, less up to a fifth at random; zero is no limit.</summary>
    public TimeSpan Lifetime { get; init; }

    /// <summary>How long before its credential's end a client is told; zero is never.</summary>
    public TimeSpan ExpiryNotice { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until the head of an answer is here.</summary>
    /// <param name="isLong">True for an answer that may take its time to be made: a stream, or that of a request that has a body.</param>
    public TimeSpan HeadFor(bool isLong) => Head ?? (isLong ? HeadOfLongAnswer : HeadOfOther);

    /// <summary>Pings in a row that the upstream may not miss; zero is no limit.</summary>
    /// <param name="isShared">True for a shared stream: its clients stay when it is dialled again, and nobody sees a mistake.</param>
    public int BeatsFor(bool isShared) => MissedBeats ?? (isShared ? BeatsOfShared : 0);

    /// <param name="section">Where they stand.</param>
    /// <param name="fallback">What holds where the section says nothing.</param>
    /// <param name="ofRoute">True for the overrides of one route: connections are shared by routes, so they cannot have a limit each.</param>
    public static TimeoutSettings Read(SettingReader section, TimeoutSettings fallback, bool ofRoute = false)
    {
        var settings = new TimeoutSettings
        {
            Connect = section.Duration("Connect", fallback.Connect, zeroAllowed: false),
            ConnectionLifetime = section.Duration("ConnectionLifetime", fallback.ConnectionLifetime),
            Head = section.OptionalDuration("Head", fallback.Head),
            Idle = section.Duration("Idle", fallback.Idle),
            MissedBeats = section.OptionalCount("MissedBeats", fallback.MissedBeats),
            Write = section.Duration("Write", fallback.Write),
            Unacknowledged = section.Duration("Unacknowledged", fallback.Unacknowledged, zeroAllowed: false),
            Lifetime = section.Duration("Lifetime", fallback.Lifetime),
            ExpiryNotice = section.Duration("ExpiryNotice", fallback.ExpiryNotice),
        };
        foreach (var (key, differs) in new[]
        {
            ("Connect", settings.Connect != fallback.Connect),
            ("ConnectionLifetime", settings.ConnectionLifetime != fallback.ConnectionLifetime),
            ("Unacknowledged", settings.Unacknowledged != fallback.Unacknowledged),
        })
        {
            if (ofRoute && differs)
            {
                section.Error(key, "cannot be set for one route, only under SseGateway:Timeouts: routes share their connections");
            }
        }

        if (settings.Unacknowledged < LeastUnacknowledged)
        {
            section.Error("Unacknowledged", "must be at least 2s");
        }

        if (settings.MissedBeats is > 0 and < LeastBeats)
        {
            section.Error("MissedBeats", $"must be 0 or at least {LeastBeats}");
        }

        return settings;
    }
}
