using SseGateway.Streams.Life;

namespace SseGateway.Streams.Telemetry.Access;

/// <summary>Where the access log takes what it says of streams. Nobody waits for it.</summary>
internal interface IAccessLog
{
    /// <summary>The client has the response head.</summary>
    void Opened(LiveStream stream);

    /// <summary>An opened stream is over.</summary>
    void Closed(LiveStream stream);
}
