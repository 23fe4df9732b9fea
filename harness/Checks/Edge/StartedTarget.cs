using System.Diagnostics;
using System.Net.Sockets;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>A target that a case starts by itself, by a shell's command line; ended with the case.</summary>
internal sealed class StartedTarget : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task<string> _output;

    private StartedTarget(Process process) =>
        (_process, _error, _output) = (process, process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());

    public int ProcessId => _process.Id;

    /// <param name="command">For <c>/bin/sh</c>.</param>
    /// <param name="folder">Where it runs.</param>
    public static StartedTarget Start(string command, string folder) =>
        new(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {command}"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!);

    /// <summary>How it ended by itself; null when it listens instead.</summary>
    /// <param name="url">Where it would; null waits for its end alone, for 20 s.</param>
    /// <param name="cancellation">The case's.</param>
    public async Task<(int Code, string Error)?> ExitAsync(Uri? url, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(url is null ? 20 : 50));
        var exited = _process.WaitForExitAsync(patience.Token);
        while (!exited.IsCompleted && (url is null || !await ListensAsync(url)))
        {
            await Task.WhenAny(exited, Task.Delay(100, CancellationToken.None));
        }

        if (!_process.HasExited)
        {
            return null;
        }

        var error = (await _error + await _output).Trim();
        return (_process.ExitCode, error.Length > 200 ? error[..200] : error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(Uri url)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
