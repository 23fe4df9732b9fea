using System.Diagnostics;
using System.Globalization;

namespace LoadTests.Processes;

/// <summary>A program that was started by this one and does not outlive it: killed when disposed, if it has not ended by then.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Of a shell, which becomes the program itself: what a process has before it is in a group counts elsewhere for good.
    private const string IntoGroup = """{ echo $$ >"$0"; } 2>/dev/null; exec "$@" """;

    private readonly Process _process;
    private readonly MemoryGroup? _group;
    private readonly Lock _asking = new();
    private bool _isDisposed;

    private ChildProcess(Process process, MemoryGroup? group) => (_process, _group) = (process, group);

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
    /// <param name="group">Where its memory is counted, which ends with it; null for nowhere.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static ChildProcess Start(
        string name, IReadOnlyList<string> arguments, Action<string> output, Action<string> error,
        IReadOnlyDictionary<string, string>? environment = null, MemoryGroup? group = null)
    {
        var start = group?.ProcessesFile is { } processes
            ? new ProcessStartInfo("sh", ["-c", IntoGroup, processes, name, .. arguments])
            : new ProcessStartInfo(name, arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.WorkingDirectory = AppContext.BaseDirectory;

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
        return new ChildProcess(process, group);

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
    /// <param name="group">Where its memory is counted; null for nowhere.</param>
    public static ChildProcess StartBuilt(
        string assembly, IReadOnlyList<string> arguments, Action<string> output, Action<string> error, MemoryGroup? group = null) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments], output, error, group: group);

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

    /// <summary>Why what the kernel counts as its memory is not known; null when it is.</summary>
    public string? NoWorkingSet => _group is null ? "not asked for" : _group.Unavailable;

    /// <summary>Memory of it and all that it has started. Takes a look at every page: not for each second.</summary>
    public MemoryUsage Memory() => ProcessTree.Memory(Id) with { WorkingSet = _group?.WorkingSet() };

    public Task TerminateAsync(CancellationToken cancellation) => SignalAsync("TERM", cancellation);

    /// <param name="signal">Its name, without SIG.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SignalAsync(string signal, CancellationToken cancellation)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
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
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await KillAsync();
        Watchdog.Forget(_process.Id);
        _process.Dispose();
        _group?.Dispose();
    }
}
