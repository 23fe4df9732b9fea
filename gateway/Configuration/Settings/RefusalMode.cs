namespace SseGateway.Configuration.Settings;

/// <summary>How a stream is refused (docs/limits.md).</summary>
internal enum RefusalMode
{
    /// <summary>In-band for a browser's EventSource, a status for everybody else.</summary>
    Auto,

    /// <summary>Always a status with Retry-After and problem details.</summary>
    Status,

    /// <summary>A 200 event stream that says so and ends, for everybody who accepts event streams.</summary>
    InBand,
}
