using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Sharing.Load;

/// <summary>
/// tests/NumberedUpstream as a process of its own that is killed (SIGKILL) and started again. The port stays its own meanwhile: bound here, but not listened
/// on.
/// </summary>
internal sealed class UpstreamProcess : IAsyncDisposable
{
    /// <summary>The first id of each run is that many above the one before.</summary>
    public const int IdsOfARun = 1_000_000;

    private readonly ClosedPort _port = new();
    private Process _process;
    private int _run;

    private UpstreamProcess() => _process = Start();

    public string Url => _port.Url;

    /// <summary>The first id of the run that lives, where the upstream does not resume.</summary>
    public int First => (_run * IdsOfARun) + 1;

    /// <summary>Starts it, and waits until it listens: for the first client there would be no other attempt.</summary>
    public static async Task<UpstreamProcess> StartAsync()
    {
        var upstream = new UpstreamProcess();
        await Deadline.UntilAsync(async () =>
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, upstream._port.Number);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "an upstream that listens");
        return upstream;
    }

    /// <summary>Kills it, and starts the next run at once.</summary>
    public async Task KillAndStartAsync()
    {
        await KillAsync();
        _run++;
        _process = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _port.Dispose();
    }

    private Process Start() => Process.Start(new ProcessStartInfo(
        "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "NumberedUpstream.dll"),
            _port.Number.ToString(CultureInfo.InvariantCulture), First.ToString(CultureInfo.InvariantCulture),
        ])
    {
        RedirectStandardInput = true,
    })!;

    // Process.Kill is SIGKILL.
    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
