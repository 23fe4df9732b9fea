using System.Diagnostics;
using System.Net.Sockets;
using Docs.Tests.Running;
using Xunit;

namespace Docs.Tests.Manifests;

/// <summary>A server that is installed, on a Unix socket.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it listens. Skips the test where it is not installed; there it fails with CI=true.</summary>
    public static async Task<ServerProcess> StartAsync(ExampleFolder folder, string program, string socket, params string[] arguments)
    {
        string[] places = [.. Environment.GetEnvironmentVariable("PATH")!.Split(':'), "/usr/sbin"];
        var file = places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(file is null && Environment.GetEnvironmentVariable("CI") != "true", $"{program} is not installed.");
        Assert.True(file is not null, $"{program} is not installed.");
        var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var server = new ServerProcess(process);
        while (!await ListensAsync(socket))
        {
            Assert.False(process.HasExited, process.HasExited ? await errors : "");
            await Task.Delay(10, Deadline.Token());
        }

        return server;
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

    private static async Task<bool> ListensAsync(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
