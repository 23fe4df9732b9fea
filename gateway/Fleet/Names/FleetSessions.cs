using System.Globalization;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Admission;
using StackExchange.Redis;

namespace SseGateway.Fleet.Names;

/// <summary>Which destination has issued which session of the Model Context Protocol, for all gateways: a key for each.</summary>
internal sealed class FleetSessions(FleetStore store, TimeProvider time) : IFleetSessions
{
    // How long a request waits for the store.
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(250);

    // After the last time that a gateway has asked for it, or has told.
    private static readonly TimeSpan Lives = TimeSpan.FromDays(1);

    public async ValueTask NoteAsync(UInt128 session, string destination) =>
        await RunAsync(redis => redis.StringSetAsync(Key(session), destination, Lives)).ConfigureAwait(false);

    public async ValueTask<string?> FindAsync(UInt128 session) =>
        await RunAsync(redis => redis.StringGetSetExpiryAsync(Key(session), Lives)).ConfigureAwait(false);

    private RedisKey Key(UInt128 session) => string.Create(CultureInfo.InvariantCulture, $"{store.Prefix}:m:{session:x32}");

    private async Task<T?> RunAsync<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            if (store.Status.IsHere)
            {
                return await store.RunAsync(command).WaitAsync(MostWait, time).ConfigureAwait(false);
            }
        }
        catch (Exception away) when (away is TimeoutException or StoreAwayException)
        {
        }

        return default;
    }
}
