using System.Collections.Frozen;
using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings;

/// <summary>Limits on live streams and on how fast they may be opened. 0 is no limit.</summary>
internal sealed record LimitSettings
{
    public int StreamsPerRoute { get; init; }

    /// <summary>Per client address: IPv4 exactly, IPv6 by /64.</summary>
    public int StreamsPerAddress { get; init; }

    public int StreamsPerSubject { get; init; }

    /// <summary>What happens to a stream over <see cref="StreamsPerSubject"/>.</summary>
    public SubjectLimitAction OnSubjectLimit { get; init; }

    /// <summary>
    /// Streams a route may open a second, on average. Each route has its own bucket: it is there to spread a reconnect storm over
    /// time for the upstream behind it, whoever the clients are.
    /// </summary>
    public double ConnectsPerSecond { get; init; }

    /// <summary>Streams that may be opened at once after a calm; 0 is one second's worth.</summary>
    public int ConnectBurst { get; init; }

    /// <summary>The least a refused client is told to wait; what it is told is up to twice as long, at random.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests of the Model Context Protocol that a route may have under way at once, by their method.</summary>
    public FrozenDictionary<string, int> McpCalls { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>
    /// Whose streams count together against <see cref="StreamsPerAddress"/>: all routes that use the default share the scope "";
    /// a route with a limit of its own has its id as scope and neither counts for the others nor they for it.
    /// </summary>
    public string AddressScope { get; init; } = "";

    /// <summary>As <see cref="AddressScope"/>, for <see cref="StreamsPerSubject"/>.</summary>
    public string SubjectScope { get; init; } = "";

    public static LimitSettings Read(SettingReader section, LimitSettings fallback) => fallback with
    {
        StreamsPerRoute = section.Count("StreamsPerRoute", fallback.StreamsPerRoute),
        StreamsPerAddress = section.Count("StreamsPerAddress", fallback.StreamsPerAddress),
        StreamsPerSubject = section.Count("StreamsPerSubject", fallback.StreamsPerSubject),
        OnSubjectLimit = section.Choice("OnSubjectLimit", fallback.OnSubjectLimit),
        ConnectsPerSecond = section.Rate("ConnectsPerSecond", fallback.ConnectsPerSecond),
        ConnectBurst = section.Count("ConnectBurst", fallback.ConnectBurst),
        RetryAfter = section.Duration("RetryAfter", fallback.RetryAfter, zeroAllowed: false),
        McpCalls = McpCallsReader.Read(section, "McpCalls", fallback.McpCalls),
        AddressScope = section.Has("StreamsPerAddress") ? section.RouteId : fallback.AddressScope,
        SubjectScope = section.Has("StreamsPerSubject") ? section.RouteId : fallback.SubjectScope,
    };
}
