namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>Limits as the target is set up; what is not said is the catalogue's, group 10.</summary>
internal sealed record LimitSetup
{
    /// <summary>Where they hold; null is the target. Nothing else should use it meanwhile.</summary>
    public Uri? Url { get; init; }

    /// <summary>The same over HTTP/2 in cleartext, by prior knowledge; null where there is none.</summary>
    public Uri? Http2Url { get; init; }

    /// <summary>Streams in all.</summary>
    public int Streams { get; init; } = 10;

    /// <summary>Streams of a client address; 0 is no limit.</summary>
    public int StreamsPerAddress { get; init; } = 5;

    /// <summary>Statuses of a refusal.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [429, 503];

    /// <summary>A route of the same limits where a token is needed, so that none is a 401; null where there is none.</summary>
    public Uri? DeniedUrl { get; init; }

    /// <summary>A route of the same limits whose upstream accepts no connection; null where there is none.</summary>
    public Uri? DeadUrl { get; init; }

    /// <summary>A target without limits, for many streams; null where there is none.</summary>
    public Uri? UnlimitedUrl { get; init; }

    /// <summary>Bytes kept for a client that does not read.</summary>
    public long BufferBytes { get; init; } = 1 << 20;

    /// <summary>Seconds after which a client that has vanished has lost its place, as documented; null is two heartbeats and 30 s.</summary>
    public double? VanishedSeconds { get; init; }

    /// <summary>Seconds between two heartbeats.</summary>
    public double Heartbeat { get; init; } = 5;

    /// <summary>With the capability <c>max-life</c>.</summary>
    public LifeSetup? Life { get; init; }

    /// <summary>With the capability <c>max-event</c>.</summary>
    public EventSizeSetup? EventSize { get; init; }

    /// <summary>A limit on how fast streams are opened; null without.</summary>
    public RateSetup? Rate { get; init; }
}
