using System.Diagnostics;
using System.Globalization;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Fleet.Store;
using StackExchange.Redis;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>A master, its replica, and a Sentinel that promotes the one when the other is gone.</summary>
internal sealed class WatchedRedis : DeployedRedis
{
    private readonly ClosedPort _port = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-sentinel-");
    private Process? _sentinel;

    private readonly RedisServer _master;
    private readonly RedisServer _replica;

    private WatchedRedis(RedisServer master, RedisServer replica) => (_master, _replica) = (master, replica);

    /// <summary>The setting that has a gateway ask the Sentinel.</summary>
    public override string Setting => string.Create(CultureInfo.InvariantCulture, $"SseGateway:Fleet:Redis=127.0.0.1:{_port.Number},serviceName=fleet");

    public static async Task<WatchedRedis> StartAsync()
    {
        var master = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {master.Port}");
        var watched = new WatchedRedis(master, replica);
        await Deadline.UntilAsync(
            async () => ((string)(await replica.ExecuteAsync("INFO", "replication"))!).Contains("master_link_status:up", StringComparison.Ordinal),
            "a replica");
        await watched.WatchAsync();
        return watched;
    }

    public override async Task<RedisServer?> OwnerAsync(StreamKeys keys)
    {
        if (_master.IsRunning) return _master;

        try
        {
            return (await _replica.ExecuteAsync("ROLE"))[0].ToString() == "master" ? _replica : null;
        }
        catch (RedisConnectionException)
        {
            // The Sentinel has it close all connections when it is promoted, this one too.
            return null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_sentinel is not null)
        {
            _sentinel.Kill();
            await _sentinel.WaitForExitAsync();
            _sentinel.Dispose();
        }

        await _replica.DisposeAsync();
        await _master.DisposeAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task WatchAsync()
    {
        var file = Path.Combine(_folder.FullName, "sentinel.conf");
        await File.WriteAllLinesAsync(
            file,
            [
                $"port {_port.Number}", "bind 127.0.0.1", $"dir {_folder.FullName}", $"sentinel monitor fleet 127.0.0.1 {_master.Port} 1",
                "sentinel down-after-milliseconds fleet 1000", "sentinel failover-timeout fleet 5000",
            ]);
        _sentinel = Process.Start(new ProcessStartInfo("redis-server", [file, "--sentinel"]) { RedirectStandardOutput = true })!;
        _ = _sentinel.StandardOutput.ReadToEndAsync();

        // It looks for replicas with what it hears of the master.
        await Deadline.UntilAsync(
            async () => (await File.ReadAllTextAsync(file)).Contains($"known-replica fleet 127.0.0.1 {_replica.Port}", StringComparison.Ordinal),
            "a Sentinel that knows the replica");
    }
}
