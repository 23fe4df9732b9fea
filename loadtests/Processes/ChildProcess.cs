using System.Diagnostics;
using System.Globalization;

namespace LoadTests.Processes;

/// <summary>A program that was started by this one and does not outlive it: killed when disposed, if it has not ended by then.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _asking = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts a program.</summary>
    /// <param name="name">Of its file.</param>
    /// <param name="arguments">As they are.</param>
    /// <param name="output">Gets its lines, on any thread.</param>
    /// <param name="error">Gets those of standard error.</param>
    /// <param name="environment">Set beside what this process has.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static ChildProcess Start(
        string name, IReadOnlyList<string> arguments, Action<string> output, Action<string> error, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };

        // What the shell has set for other programs must not decide what is measured.
        foreach (var foreign in start.Environment.Keys.Where(key => key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(foreign);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Tell(output, line.Data);
        process.ErrorDataReceived += (_, line) => Tell(error, line.Data);
        process.Start();
        Watchdog.Guard(process.Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);

        static void Tell(Action<string> to, string? line)
        {
            if (line is not null)
            {
                to(line);
            }
        }
    }

    /// <summary>One of the solution's programs, as it was built beside this one.</summary>
    /// <param name="assembly">E.g. <c>SseGateway.dll</c>.</param>
    /// <param name="arguments">As they are.</param>
    /// <param name="output">Gets its lines.</param>
    /// <param name="error">Gets those of standard error.</param>
    public static ChildProcess StartBuilt(string assembly, IReadOnlyList<string> arguments, Action<string> output, Action<string> error) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments], output, error);

    /// <summary>CPU time, memory and open files.</summary>
    public ProcessUsage Usage()
    {
        // Asked by who samples and by who conducts; the class is for one thread at a time.
        lock (_asking)
        {
            _process.Refresh();
            return _process.HasExited ? default : new ProcessUsage(_process.TotalProcessorTime, _process.WorkingSet64, _process.HandleCount);
        }
    }

    public async Task TerminateAsync(CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellation);
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <returns>Its exit code; null when it has not ended in time.</returns>
    public async Task<int?> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await _process.WaitForExitAsync(cancellation).WaitAsync(timeout, cancellation);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Watchdog.Forget(_process.Id);
        _process.Dispose();
    }
}
