using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>A channel of the store's that this gateway hears.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Hear">Called with each message, one after the other, in the order in which they were sent. Must neither wait nor throw.</param>
internal sealed record StoreChannel(string Name, Action<ReadOnlyMemory<byte>> Hear)
{
    public RedisChannel Channel { get; } = RedisChannel.Literal(Name);
}
