using SseGateway.Fleet.Store;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>Redis as it is run where it must not stop: more than one server.</summary>
internal abstract class DeployedRedis : IAsyncDisposable
{
    /// <summary>The setting that has a gateway use it.</summary>
    public abstract string Setting { get; }

    public static async Task<DeployedRedis> StartAsync(string kind) =>
        kind == "cluster" ? await RedisCluster.StartAsync() : await WatchedRedis.StartAsync();

    /// <summary>The server that a stream's keys are on, and writes to them; null as long as none has taken the place of one that has died.</summary>
    public abstract Task<RedisServer?> OwnerAsync(StreamKeys keys);

    public abstract ValueTask DisposeAsync();
}
