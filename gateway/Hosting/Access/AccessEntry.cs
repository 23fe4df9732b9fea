using SseGateway.Streams.Telemetry.Access;

namespace SseGateway.Hosting.Access;

/// <summary>What a line of the access log says.</summary>
internal readonly record struct AccessEntry
{
    /// <summary>What is over: <c>request</c>, <c>stream</c>; or <c>opened</c>, for a stream that begins.</summary>
    public required string Kind { get; init; }

    public required AccessTrace Trace { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Path { get; init; }

    public required int Status { get; init; }

    /// <summary>Since the request; of a stream that is over, since its head.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Empty for a request that matches none.</summary>
    public required string Route { get; init; }

    public required string Address { get; init; }

    public string? Subject { get; init; }

    /// <summary>The id of the stream.</summary>
    public string? Id { get; init; }

    public long? Frames { get; init; }

    /// <summary>Of the body; null when nobody has counted them.</summary>
    public long? Bytes { get; init; }

    /// <summary>Why the stream is over, or what the request was refused by.</summary>
    public string? Reason { get; init; }
}
