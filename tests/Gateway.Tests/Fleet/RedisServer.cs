using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>
/// A Redis of the test's own, on a free loopback port and in a folder of its own; both are there until it is disposed, however often it is killed.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly ClosedPort _port = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-redis-");
    private readonly string[] _options;
    private Process? _process;
    private ConnectionMultiplexer? _redis;

    private RedisServer(string[] options) => _options = options;

    public int Port => _port.Number;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The setting that has a gateway use it.</summary>
    public string Setting => $"SseGateway:Fleet:Redis={Address}";

    /// <summary>Skips the test where redis-server is not installed; there it fails with CI=true.</summary>
    /// <param name="options">Of redis-server, e.g. <c>--appendonly</c>, <c>yes</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = Create(options);
        await server.StartAsync();
        return server;
    }

    /// <summary>The same, not running yet.</summary>
    public static RedisServer Create(params string[] options)
    {
        var installed = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
        Assert.SkipWhen(!installed && Environment.GetEnvironmentVariable("CI") != "true", "redis-server is not installed.");
        Assert.True(installed, "redis-server is not installed.");
        return new RedisServer(options);
    }

    /// <summary>Starts it, again after <see cref="KillAsync"/> with what it has kept on its disk.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", .. _options])
        {
            RedirectStandardOutput = true,
        })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        await Deadline.UntilAsync(async () =>
        {
            try
            {
                // What the test says to it has its time, however busy the machine is.
                _redis ??= await ConnectionMultiplexer.ConnectAsync(
                    $"{Address},password={Password},allowAdmin=true,abortConnect=true,connectTimeout=1000,asyncTimeout=60000,syncTimeout=60000");
                await ExecuteAsync("PING");
                return true;
            }
            catch (RedisException)
            {
                return false;
            }
        });
    }

    // As `--requirepass` has it.
    private string Password => Array.IndexOf(_options, "--requirepass") is >= 0 and var option ? _options[option + 1] : "";

    public bool IsRunning => _process is not null;

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>A command of the test's, for this server and for no other one of a cluster.</summary>
    public Task<RedisResult> ExecuteAsync(string command, params object[] arguments) =>
        _redis!.GetServer(IPAddress.Loopback, Port).ExecuteAsync(command, arguments);

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
        if (_process is not null) await KillAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }
}
