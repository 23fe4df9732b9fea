using System.Collections.Concurrent;
using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>The channels that this gateway hears, over one connection after the other.</summary>
/// <param name="own">The one that is always among them.</param>
/// <param name="time">By which a subscription is tried again.</param>
internal sealed class StoreSubscriptions(StoreChannel own, TimeProvider time)
{
    // The first subscription after connecting may come before the connection for it is there.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);
    private const int Attempts = 40;
    private const int AtOnce = 64;

    // By the machine's clock: the library's own time-outs are of what it has sent.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<StoreChannel, bool> _channels = new() { [own] = true };

    /// <summary>Hears a channel from now on.</summary>
    /// <exception cref="StoreAwayException">It could not be subscribed to.</exception>
    public async Task AddAsync(ConnectionMultiplexer redis, StoreChannel channel)
    {
        _channels[channel] = true;
        try
        {
            await SubscribeAsync(redis, channel).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            _channels.TryRemove(channel, out _);
            throw;
        }
    }

    /// <summary>Hears it no more. Never fails.</summary>
    public async Task RemoveAsync(StoreChannel channel)
    {
        _channels.TryRemove(channel, out _);
        try
        {
            await (channel.Messages?.UnsubscribeAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception failure) when (StoreAwayException.IsOf(failure))
        {
            // It has no connection, and with that no subscriptions.
        }
    }

    /// <summary>Hears all of them by this connection.</summary>
    /// <exception cref="StoreAwayException">One could not be subscribed to.</exception>
    public async Task RenewAsync(ConnectionMultiplexer redis)
    {
        foreach (var batch in _channels.Keys.Chunk(AtOnce))
        {
            await Task.WhenAll(batch.Select(channel => SubscribeAsync(redis, channel))).ConfigureAwait(false);
        }
    }

    private async Task SubscribeAsync(ConnectionMultiplexer redis, StoreChannel channel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Once, whoever subscribes it: a second one would hear all of it twice.
                var before = channel.Messages;
                channel.Messages = await redis.GetSubscriber().SubscribeAsync(channel.Channel).WaitAsync(MostWait).ConfigureAwait(false);
                channel.Messages.OnMessage(message => channel.Hear((byte[]?)message.Message ?? []));
                await (before?.UnsubscribeAsync() ?? Task.CompletedTask).ConfigureAwait(false);
                return;
            }
            catch (RedisConnectionException) when (attempt < Attempts && redis.IsConnected)
            {
                await ForgetAsync(redis, channel).ConfigureAwait(false);
                await Task.Delay(Again, time).ConfigureAwait(false);
            }
            catch (Exception failure) when (StoreAwayException.IsOf(failure))
            {
                await ForgetAsync(redis, channel).ConfigureAwait(false);
                throw StoreAwayException.Of(failure);
            }
        }
    }

    // The library keeps a subscription that has failed, and makes it when it can: without a bound it would collect what nobody reads.
    private static async Task ForgetAsync(ConnectionMultiplexer redis, StoreChannel channel)
    {
        channel.Messages = null;
        try
        {
            await redis.GetSubscriber().UnsubscribeAsync(channel.Channel).WaitAsync(MostWait).ConfigureAwait(false);
        }
        catch (Exception failure) when (StoreAwayException.IsOf(failure))
        {
            // It is off the list before the server is told.
        }
    }
}
