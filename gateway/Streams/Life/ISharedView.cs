namespace SseGateway.Streams.Life;

/// <summary>A shared stream, for those who look at it.</summary>
internal interface ISharedView
{
    string RouteId { get; }

    /// <summary>What it was asked for by, without a query; or the route's template.</summary>
    string Path { get; }

    int Clients { get; }

    UpstreamState Upstream { get; }

    /// <summary>Bytes of its log.</summary>
    long Retained { get; }

    /// <summary>Bytes that its log may have.</summary>
    long MostRetained { get; }
}
