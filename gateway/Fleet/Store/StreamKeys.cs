using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace SseGateway.Fleet.Store;

/// <summary>
/// The names of a stream's keys. All have the same part in braces, so that a cluster has them in one place and scripts can use them together.
/// </summary>
internal sealed class StreamKeys
{
    private const int HashBytes = 16;

    /// <param name="prefix">The fleet's.</param>
    /// <param name="stream">All that tells the stream from others, on every gateway the same.</param>
    public StreamKeys(string prefix, string stream)
    {
        Channel = $"{prefix}:{{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stream)).AsSpan(0, HashBytes))}}}";
        (Own, Log, Meta, Want, Answer) = (Channel + ":own", Channel + ":log", Channel + ":meta", Channel + ":want", Channel + ":answer");
    }

    /// <summary>Who has the lease: its owner, and the nonce of the acquisition.</summary>
    public RedisKey Own { get; }

    /// <summary>The entries, a Redis Stream.</summary>
    public RedisKey Log { get; }

    /// <summary>What is to be known beside the entries.</summary>
    public RedisKey Meta { get; }

    /// <summary>There when another gateway waits for the lease.</summary>
    public RedisKey Want { get; }

    /// <summary>What the upstream has said instead of a stream, for a moment.</summary>
    public RedisKey Answer { get; }

    public string Channel { get; }
}
