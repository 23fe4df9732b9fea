namespace SseGateway.Streams.Life;

/// <summary>All shared streams, for those who look at them.</summary>
internal interface ISharedViews
{
    int Count { get; }

    IEnumerable<ISharedView> All { get; }
}
