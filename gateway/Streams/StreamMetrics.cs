#pragma warning disable CA1822 // Nothing is counted yet.

namespace SseGateway.Streams;

/// <summary>Told of every turn in a stream's life.</summary>
internal sealed class StreamMetrics
{
    /// <summary>The client has the response head.</summary>
    public void Opened(LiveStream stream)
    {
    }

    /// <summary>The first whole frame is on its way to the client.</summary>
    public void FirstEvent(LiveStream stream)
    {
    }

    /// <summary>An opened stream is over.</summary>
    public void Closed(LiveStream stream)
    {
    }

    public void Refused(string routeId, RefusalReason reason)
    {
    }

    public void HeartbeatSent(LiveStream stream)
    {
    }

    public void WriteDeadlinePassed(LiveStream stream)
    {
    }

    /// <summary>Another destination is tried.</summary>
    public void UpstreamRedialled(string routeId)
    {
    }
}
