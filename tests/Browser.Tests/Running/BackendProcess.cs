using System.Diagnostics;
using Gateway.Tests.Upstream;
using Xunit;

namespace Browser.Tests.Running;

/// <summary>The chat service as a process that can be killed and started again on the same port and database.</summary>
internal sealed class BackendProcess(string[] settings) : IDisposable
{
    private const string Listening = "Chat: ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    // Nobody else has it while the service is gone: who does would answer in its place.
    private readonly ClosedPort _port = new();
    private readonly List<string> _log = [];
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    public Uri Address => new(_port.Url);

    /// <summary>What the process that runs has written since it listens.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    public static async Task<BackendProcess> StartAsync(string[] settings)
    {
        var backend = new BackendProcess(settings);
        await backend.StartAsync();
        return backend;
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "ChatBackend.dll"), $"--urls={_port.Url}", .. settings,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(StartDeadline);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                _reading = ReadAsync(_process.StandardOutput);
                return;
            }
        }

        throw new InvalidOperationException($"The service did not start: {await _process.StandardError.ReadToEndAsync(patience.Token)}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _reading;
        _process.Dispose();
        _process = null;
    }

    // To the end: a pipe that nobody reads would stop the process.
    private async Task ReadAsync(StreamReader output)
    {
        lock (_log)
            _log.Clear();
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_log)
                _log.Add(line);
        }
    }

    public void Dispose()
    {
        _port.Dispose();
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
