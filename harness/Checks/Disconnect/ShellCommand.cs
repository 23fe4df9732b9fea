using System.Diagnostics;

namespace SseGateway.Harness.Checks.Disconnect;

/// <summary>Command lines that a target's profile has.</summary>
internal static class ShellCommand
{
    /// <exception cref="InvalidOperationException">It was not started, or did not end with 0.</exception>
    public static async Task ExecuteAsync(string command, CancellationToken cancellation)
    {
        var shell = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", command])
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        using var process = Process.Start(shell) ?? throw new InvalidOperationException($"not started: {command}");
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"exit code {process.ExitCode} of {command}");
        }
    }
}
