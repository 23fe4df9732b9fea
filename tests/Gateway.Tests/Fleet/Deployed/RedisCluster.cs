using System.Globalization;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Fleet.Store;
using StackExchange.Redis;

namespace Gateway.Tests.Fleet.Deployed;

/// <summary>Three masters that have the keys between them, and a replica of each.</summary>
internal sealed class RedisCluster : DeployedRedis
{
    private const int Masters = 3;
    private const int Slots = 16_384;

    private readonly List<ClosedPort> _ports = [];
    private readonly List<RedisServer> _servers = [];

    /// <summary>The setting that has a gateway use it: one of them tells of the others.</summary>
    public override string Setting => _servers[0].Setting;

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        for (var i = 0; i < 2 * Masters; i++)
        {
            var port = new ClosedPort();
            cluster._ports.Add(port);
            cluster._servers.Add(await RedisServer.StartAsync(
                "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0",
                "--cluster-port", port.Number.ToString(CultureInfo.InvariantCulture)));
        }

        var (servers, ids) = (cluster._servers, new List<string>());
        for (var i = 0; i < servers.Count; i++)
        {
            ids.Add((string)(await servers[i].ExecuteAsync("CLUSTER", "MYID"))!);
            await servers[i].ExecuteAsync("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            if (i > 0) await servers[0].ExecuteAsync("CLUSTER", "MEET", "127.0.0.1", servers[i].Port, cluster._ports[i].Number);
            if (i < Masters) await servers[i].ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", Slots * i / Masters, (Slots * (i + 1) / Masters) - 1);
        }

        foreach (var server in servers)
            await Deadline.UntilAsync(async () => await KnownAsync(server) == servers.Count, "a cluster whose servers know each other");
        for (var i = 0; i < Masters; i++) await servers[Masters + i].ExecuteAsync("CLUSTER", "REPLICATE", ids[i]);
        foreach (var server in servers) await Deadline.UntilAsync(async () => await IsReadyAsync(server), "a cluster that has all keys");
        return cluster;
    }

    public override async Task<RedisServer?> OwnerAsync(StreamKeys keys)
    {
        foreach (var server in _servers.Where(server => server.IsRunning))
        {
            if ((await server.ExecuteAsync("ROLE"))[0].ToString() == "master" && await HasAsync(server, keys.Log)) return server;
        }

        return null;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        foreach (var port in _ports) port.Dispose();
    }

    private static async Task<bool> HasAsync(RedisServer server, RedisKey key)
    {
        var slot = (long)await server.ExecuteAsync("CLUSTER", "KEYSLOT", key);
        var nodes = ((string)(await server.ExecuteAsync("CLUSTER", "NODES"))!).Split('\n');
        return nodes.Single(line => line.Contains("myself", StringComparison.Ordinal)).Split(' ').Skip(8).Select(range => range.Split('-'))
            .Any(range => int.TryParse(range[0], out var first) && first <= slot && slot <= int.Parse(range[^1], CultureInfo.InvariantCulture));
    }

    private static async Task<int> KnownAsync(RedisServer server) =>
        ((string)(await server.ExecuteAsync("CLUSTER", "NODES"))!).Split('\n').Count(line => line.Contains("connected", StringComparison.Ordinal)
            && !line.Contains("handshake", StringComparison.Ordinal) && !line.Contains("disconnected", StringComparison.Ordinal));

    private static async Task<bool> IsReadyAsync(RedisServer server) =>
        ((string)(await server.ExecuteAsync("CLUSTER", "INFO"))!).Contains("cluster_state:ok", StringComparison.Ordinal)
        && ((string)(await server.ExecuteAsync("INFO", "replication"))!) is var about
        && (about.Contains("master_link_status:up", StringComparison.Ordinal) || about.Contains("state=online", StringComparison.Ordinal));
}
