using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using StackExchange.Redis;

namespace SseGateway.Fleet.Answers;

/// <summary>The newest answers of chats, by the chats' names, as the store has them.</summary>
internal sealed class StoredChats(FleetStore store)
{
    private const int HashBytes = 16;

    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public Task NameAsync(ChatName chat, string id, TimeSpan lives) => store.RunAsync(redis => redis.StringSetAsync(Key(chat), id, lives));

    /// <summary>Null when there is none.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task<string?> FindAsync(ChatName chat) => await store.RunAsync(redis => redis.StringGetAsync(Key(chat))).ConfigureAwait(false);

    // Routes are told apart without regard to case.
    private RedisKey Key(ChatName chat)
    {
        var name = JsonSerializer.Serialize<string?[]>([chat.RouteId.ToUpperInvariant(), chat.Subject, chat.Chat]);
        return $"{store.Prefix}:chat:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashBytes))}";
    }
}
