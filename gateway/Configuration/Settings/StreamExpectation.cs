namespace SseGateway.Configuration.Settings;

/// <summary>Which requests of a route take a stream's place before the service is asked, and so may be refused before it is.</summary>
internal enum StreamExpectation
{
    /// <summary>Those that announce a stream, those that by their path or fields are likely to get one, and those whose like got one last time.</summary>
    Auto,

    /// <summary>Every one.</summary>
    Always,

    /// <summary>Those alone whose Accept names <c>text/event-stream</c>.</summary>
    Announced,
}
