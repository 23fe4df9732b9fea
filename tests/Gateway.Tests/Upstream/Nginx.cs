using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Upstream;

/// <summary>Debian's nginx with the files of the test's, as it reads paths by default.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private static readonly string[] TemporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

    private readonly Process _process;
    private readonly string _folder;

    private Nginx(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Starts it, or skips the test where there is none; in continuous integration there has to be one.</summary>
    /// <param name="files">Their paths and what is in them.</param>
    public static async Task<Nginx> StartOrSkipAsync(params (string Path, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("sse-gateway-nginx-").FullName;
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, "www", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        using var closed = new ClosedPort();
        var port = closed.Number;
        var temporary = string.Concat(TemporaryFolders.Select(name => $"{name}_temp_path {folder}/{name};"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            $"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
            + $"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}");
        closed.Dispose();
        try
        {
            var start = new ProcessStartInfo("nginx", ["-e", $"{folder}/error.log", "-c", $"{folder}/nginx.conf"]) { RedirectStandardError = true };
            start.Environment["PATH"] += ":/usr/sbin";
            var nginx = new Nginx(Process.Start(start)!, folder, port);
            await Deadline.UntilAsync(nginx.IsListeningAsync, "nginx to listen");
            return nginx;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("There is no nginx here (Debian's nginx-light).");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsListeningAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
