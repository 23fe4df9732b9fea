namespace SseGateway.Harness.Checks.Edge.Setups;

/// <summary>How the target replays what a client has missed.</summary>
internal sealed record ReplaySetup
{
    /// <summary>Where it does; null is the target.</summary>
    public Uri? Url { get; init; }

    /// <summary>The query parameter with a last event id; null for none.</summary>
    public string? Query { get; init; } = "lastEventId";

    /// <summary>Of a server without an origin behind it: how an event is made; null where events come by themselves.</summary>
    public PublishSetup? Publish { get; init; }

    /// <summary>Events that are kept of a stream; null is not known.</summary>
    public int? Kept { get; init; }

    /// <summary>The response header that says what became of the last event id; null for none.</summary>
    public string? SignalHeader { get; init; }

    /// <summary>The type of the event that says that something is missing; null for none.</summary>
    public string? SignalEvent { get; init; }
}
