using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>A channel of the store's that this gateway hears.</summary>
/// <param name="name">The channel.</param>
/// <param name="hear">Called with each message, one after the other, in the order in which they were sent. Must neither wait nor throw.</param>
internal sealed class StoreChannel(string name, Action<ReadOnlyMemory<byte>> hear)
{
    public Action<ReadOnlyMemory<byte>> Hear => hear;

    public RedisChannel Channel { get; } = RedisChannel.Literal(name);

    /// <summary>What it is heard by; the store's. Null when it is not.</summary>
    public ChannelMessageQueue? Messages { get; set; }
}
