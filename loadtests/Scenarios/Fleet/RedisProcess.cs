using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Fleet;

/// <summary>A Redis of the run's own, on the loopback address, in a folder of its own that goes with it.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loadtests-redis-");
    private readonly ChildProcess _process;

    private RedisProcess(int port)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
        _process = ChildProcess.Start(
            "redis-server",
            ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", "--loglevel", "warning"],
            static _ => { },
            static _ => { });
    }

    public IPEndPoint EndPoint { get; }

    public string Address => EndPoint.ToString();

    /// <summary>User and system CPU time so far.</summary>
    public TimeSpan Cpu => _process.Usage().Cpu;

    /// <exception cref="IOException">redis-server is not installed, or does not listen.</exception>
    public static async Task<RedisProcess> StartAsync(CancellationToken cancellation)
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        RedisProcess redis;
        try
        {
            redis = new RedisProcess(port);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new IOException("redis-server is not installed");
        }

        for (var began = Stopwatch.StartNew(); began.Elapsed < Patience; await Task.Delay(50, cancellation))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, cancellation);
                return redis;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }

        await redis.DisposeAsync();
        throw new IOException("redis-server does not listen");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
